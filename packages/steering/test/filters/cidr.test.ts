import { describe, expect, test } from 'vitest';
import { chainOf } from '../fixtures.ts';

const networks = { '192.0.2.0/24': ['eu'], '192.0.2.64/26': ['us', 'ap'], '2001:db8::/32': ['ap'] };
const EU = ['eu/fra1', 'eu/ams1'];
const US = ['us/iad1', 'us/dfw1'];
const AP = ['ap/nrt1', 'ap/sin1'];
const policy = chainOf(['up', { cidr: { networks } }]);
const decide = (client: string, more = {}) => policy.decide({ client, type: 'A' }, more);

describe('cidr', () => {
  test.each([
    ['its network', '192.0.2.1', [EU], '192.0.2.0/26 -> its list -> pools [eu]; us, ap dropped', 26],
    [
      'the longest prefix; a list of pools becomes tiers in its order',
      '192.0.2.65',
      [US, AP],
      '192.0.2.64/26 -> its list -> pools [us, ap]; eu dropped',
      26,
    ],
    ['beyond it the wider network again', '192.0.2.129', [EU], '192.0.2.128/25 -> its list -> pools [eu]; us, ap dropped', 25],
    [
      'no network: the candidates stay',
      '198.51.100.1',
      [[...EU, ...US, ...AP]],
      '198.0.0.0/7 is in no network; the candidates stay as they are',
      6,
    ],
    ['IPv6', '2001:db8::1', [AP], '2001:db8::/32 -> its list -> pools [ap]; eu, us dropped', 32],
    [
      'a client that gave no bits',
      '192.0.2.0/0',
      [[...EU, ...US, ...AP]],
      'a client without a subnet is in no network; the candidates stay as they are',
      0,
    ],
  ])('%s', (_, client, out, reason, scope) => {
    const { trace, ecsScope } = decide(client);
    expect(ecsScope).toBe(scope);
    expect(trace[1]?.out).toEqual(out);
    if (client !== '198.51.100.1') expect(trace[1]?.reason).toBe(reason);
  });

  test('a list without candidates gives way to the default, and that to all', () => {
    const withDefault = chainOf(['up', { cidr: { networks, default: ['ap'] } }]);
    const reason = (health: Record<string, 'down'>) => withDefault.decide({ client: '192.0.2.1', type: 'A' }, { health }).trace[1]?.reason;
    expect(reason({ eu: 'down' })).toBe(
      '192.0.2.0/26 -> its list -> pools [eu], which have no candidate left -> default -> pools [ap]; us dropped',
    );
    expect(decide('192.0.2.1', { health: { eu: 'down' } }).trace[1]?.out).toEqual([[...US, ...AP]]);
  });

  test.each<[found: unknown, path: (string | number)[], code: string]>([
    [{}, ['networks'], 'ERR_STEERING_EMPTY'],
    [{ networks: { '192.0.2.0': ['eu'] } }, ['networks', '192.0.2.0'], 'ERR_STEERING_ADDRESS'],
    [{ networks: { '192.0.2.1/24': ['eu'] } }, ['networks', '192.0.2.1/24'], 'ERR_STEERING_ADDRESS'],
    [{ networks: { '192.0.2.0/33': ['eu'] } }, ['networks', '192.0.2.0/33'], 'ERR_STEERING_ADDRESS'],
    [{ networks: { 'example.com/24': ['eu'] } }, ['networks', 'example.com/24'], 'ERR_STEERING_ADDRESS'],
    [{ networks: { '192.0.2.0/24': [] } }, ['networks', '192.0.2.0/24'], 'ERR_STEERING_EMPTY'],
    [{ networks: { '192.0.2.0/24': ['mars'] } }, ['networks', '192.0.2.0/24', 0], 'ERR_STEERING_UNKNOWN_POOL'],
  ])('%j is refused with its place', (found, path, code) => {
    expect(() => chainOf([{ cidr: found as never }])).toThrow(expect.objectContaining({ code, path: ['chain', 0, 'cidr', ...path] }));
  });
});
