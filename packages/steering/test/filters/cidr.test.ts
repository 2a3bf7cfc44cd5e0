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

  test('RFC 7871 7.2.1: a list that is the default, or that of the network around it, makes no scope longer', () => {
    const lists = {
      '10.0.0.0/8': ['eu'],
      '10.1.0.0/16': ['us', 'ap'],
      '10.2.0.0/16': ['eu'],
      '10.2.3.0/24': ['eu'],
      '11.0.0.0/8': ['us', 'ap'],
    };
    const own = chainOf([{ cidr: { networks: lists, default: ['us', 'ap'] } }]);
    const decided = (client: string) => {
      const { ecsScope, trace } = own.decide({ client, type: 'A' });
      return [ecsScope, trace[0]?.reason.split(' -> ').slice(0, 2).join(' -> ')];
    };
    expect(decided('11.5.0.1')).toEqual([8, '11.0.0.0/8 -> its list']);
    expect(decided('10.1.0.1')).toEqual([16, '10.1.0.0/16 -> its list']);
    // 10.2.0.0/15, of which 10.3.0.0/16 has the list of 10.0.0.0/8.
    expect(decided('10.2.3.4')).toEqual([15, '10.2.0.0/15 -> its list']);
    expect(decided('12.0.0.1')).toEqual([6, '12.0.0.0/6 is in no network -> default']);
    // Without 10.0.0.0/8 all lead to the default.
    const { '10.0.0.0/8': _eu, '10.2.0.0/16': _too, '10.2.3.0/24': _three, ...others } = lists;
    expect(chainOf([{ cidr: { networks: others, default: ['us', 'ap'] } }]).decide({ client: '10.1.0.1', type: 'A' }).ecsScope).toBe(0);
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
