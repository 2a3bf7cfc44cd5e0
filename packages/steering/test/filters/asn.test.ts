import { describe, expect, test } from 'vitest';
import { CLIENT, chainOf, GERMANY } from '../fixtures.ts';

const networks = { 3320: ['eu'], 15169: ['ap', 'us'] };
const EU = ['eu/fra1', 'eu/ams1'];
const US = ['us/iad1', 'us/dfw1'];
const AP = ['ap/nrt1', 'ap/sin1'];

describe('asn', () => {
  test.each([
    ['the AS of the client', 3320, [EU], '3320 -> AS 3320 -> pools [eu]; us, ap dropped'],
    ['a list of pools becomes tiers in its order', 15169, [AP, US], '15169 -> AS 15169 -> pools [ap, us]; eu dropped'],
    ['no key for the AS: the candidates stay', 64500, [[...EU, ...US, ...AP]], '64500 -> no key for it; the candidates stay as they are'],
    ['an AS that is not known', undefined, [[...EU, ...US, ...AP]], 'AS unknown -> no key for it; the candidates stay as they are'],
  ])('%s', (_, number, out, reason) => {
    const { trace, ecsScope } = chainOf([{ asn: { networks } }]).decide(CLIENT, { locate: { ...GERMANY, asn: number } });
    expect(trace).toMatchObject([{ filter: 'asn', out, reason }]);
    expect(ecsScope).toBe(GERMANY.prefixLength);
  });

  test('a list without candidates gives way to the default', () => {
    const policy = chainOf(['up', { asn: { networks, default: ['us'] } }]);
    expect(policy.decide(CLIENT, { locate: { ...GERMANY, asn: 3320 }, health: { eu: 'down' } }).trace[1]).toMatchObject({
      out: [US],
      reason: '3320 -> AS 3320 -> pools [eu], which have no candidate left -> default -> pools [us]; ap dropped',
    });
  });

  test.each<[found: unknown, path: string[], code: string]>([
    [{}, ['networks'], 'ERR_STEERING_EMPTY'],
    [{ networks: { AS3320: ['eu'] } }, ['networks', 'AS3320'], 'ERR_STEERING_LOCATION'],
    [{ networks: { 3320: ['mars'] } }, ['networks', '3320'], 'ERR_STEERING_UNKNOWN_POOL'],
    [{ networks: { 3320: ['eu'] }, fallback: ['us'] }, ['fallback'], 'ERR_STEERING_UNKNOWN_KEY'],
  ])('%j is refused with its place', (found, path, code) => {
    const more = code === 'ERR_STEERING_UNKNOWN_POOL' ? [0] : [];
    expect(() => chainOf([{ asn: found as never }])).toThrow(
      expect.objectContaining({ code, path: ['chain', 0, 'asn', ...path, ...more] }),
    );
  });
});
