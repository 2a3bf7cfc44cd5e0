import { describe, expect, test } from 'vitest';
import { definePolicy, readNetworkTable, SteeringError } from '../src/index.ts';
import { sites } from './cases/decision-case.ts';

const pools = sites({ eu: null, us: null, ap: null });
const read = (text: string) => readNetworkTable(Buffer.from(text), 'networks.csv');

function policyOf(text: string, more: object = {}) {
  const chain = [{ cidr: { networks: read(text), ...more } }];
  return definePolicy({ name: 'web', pools: ['eu', 'us', 'ap'], chain }, { pools });
}

describe('readNetworkTable', () => {
  const text = `network,pools
# a comment
192.0.2.0/24 eu us   # the best first
\t192.0.2.64/26,us\r
10.0.0.0/8   ap

2001:db8::/32 ap
2001:db8:1::/48,eu
2001:db8:2:3:4:5:6:0/112 us
::ffff:198.51.100.0/120 eu
0.0.0.0/0 ap,us`;

  test.each([
    ['192.0.2.1', ['eu', 'us'], 26],
    ['192.0.2.70', ['us'], 26],
    ['10.255.0.1', ['ap'], 8],
    ['203.0.113.9', ['ap', 'us'], 5],
    ['2001:db8::1', ['ap'], 48],
    ['2001:db8:1::', ['eu'], 48],
    ['2001:db8:2:3:4:5:6:7', ['us'], 112],
    ['::ffff:198.51.100.7', ['eu'], 120],
  ])('%s', (client, expected, scope) => {
    const decision = policyOf(text).decide({ client, type: 'A' });
    expect(decision.endpoints.map((id) => id.split('/')[0])).toEqual(expected);
    expect(decision.ecsScope).toBe(scope);
  });

  test('in no network: the default', () => {
    expect(policyOf('192.0.2.0/24 eu', { default: ['us'] }).decide({ client: '198.51.100.1', type: 'A' }).endpoints).toEqual(['us/1']);
  });

  test('of a network that comes twice the later line holds', () => {
    expect(policyOf('192.0.2.0/24 eu\n192.0.2.0/24 us\n').decide({ client: '192.0.2.1', type: 'A' }).endpoints).toEqual(['us/1']);
  });

  test('counts networks; equal lists are one, with the line that has it first; numbers lie in shared memory', () => {
    const table = read('192.0.2.0/24 eu\n198.51.100.0/24 us\n203.0.113.0/24 eu\n');
    expect([table.networks, table.lists, table.lines]).toEqual([3, [['eu'], ['us']], [1, 2]]);
    expect(table.runs4.runs.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(structuredClone(table).runs4.index.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('RFC 7871 7.2.1: lists that are written differently are one: neighbours share a scope', () => {
    const own = policyOf('192.0.2.0/25 eu us\n192.0.2.128/25,eu,us\n198.51.100.0/24 ap\n');
    expect(own.decide({ client: '192.0.2.200', type: 'A' }).ecsScope).toBe(24);
  });

  test('decides as a record of the same networks, for ten thousand of them', () => {
    const networks: Record<string, string[]> = {};
    for (let i = 0; i < 10_000; i++) networks[`10.${i >> 8}.${i & 255}.0/${24 + (i % 3 === 0 ? 0 : 1)}`] = [['eu', 'us', 'ap'][i % 3]!];
    const lines = Object.entries(networks).map(([network, [pool]]) => `${network} ${pool}`);
    const byRecord = definePolicy({ name: 'web', pools: ['eu', 'us', 'ap'], chain: [{ cidr: { networks } }] }, { pools });
    const byTable = policyOf(lines.join('\n'));
    for (let i = 0; i < 3000; i++) {
      const client = `10.${(i * 7) % 45}.${(i * 31) & 255}.${(i * 97) & 255}`;
      const [one, other] = [byRecord, byTable].map((policy) => policy.decide({ client, type: 'A' }));
      expect(other).toEqual(one);
    }
  });

  test.each([
    [
      '192.0.2.0/24 eu\n192.0.2.1/24 eu\n',
      'ERR_STEERING_ADDRESS',
      'networks.csv, line 2: found "192.0.2.1/24", expected a network such as',
    ],
    ['192.0.2.0/33 eu', 'ERR_STEERING_ADDRESS', 'networks.csv, line 1: found "192.0.2.0/33"'],
    ['192.0.2.0 eu', 'ERR_STEERING_ADDRESS', 'found "192.0.2.0"'],
    ['192.0.02.0/24 eu', 'ERR_STEERING_ADDRESS', 'found "192.0.02.0/24"'],
    ['192.0.2.0/ eu', 'ERR_STEERING_ADDRESS', 'found "192.0.2.0/"'],
    ['192.0.256.0/24 eu', 'ERR_STEERING_ADDRESS', 'found "192.0.256.0/24"'],
    ['192.0.2.0.0/24 eu', 'ERR_STEERING_ADDRESS', 'found "192.0.2.0.0/24"'],
    ['2001:db8::1/32 eu', 'ERR_STEERING_ADDRESS', 'found "2001:db8::1/32"'],
    ['2001:db8::/129 eu', 'ERR_STEERING_ADDRESS', 'found "2001:db8::/129"'],
    ['2001:db8:::/32 eu', 'ERR_STEERING_ADDRESS', 'found "2001:db8:::/32"'],
    ['2001:db8:12345::/48 eu', 'ERR_STEERING_ADDRESS', 'found "2001:db8:12345::/48"'],
    ['1:2:3:4:5:6:7:8::/16 eu', 'ERR_STEERING_ADDRESS', 'found "1:2:3:4:5:6:7:8::/16"'],
    ['eu 192.0.2.0/24', 'ERR_STEERING_ADDRESS', 'found "eu"'],
    ['192.0.2.0/24', 'ERR_STEERING_EMPTY', 'networks.csv, line 1: found nothing, expected a pool behind the network'],
    ['# nothing\n', 'ERR_STEERING_EMPTY', 'expected lines of a network and its pools'],
  ])('%j is refused with its line', (text, code, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  test('a pool that the policy does not have is told with the line that names it first', () => {
    expect(() => policyOf('192.0.2.0/24 eu\n198.51.100.0/24 eu mars\n')).toThrow(SteeringError);
    expect(() => policyOf('192.0.2.0/24 eu\n198.51.100.0/24 eu mars\n')).toThrow(
      'networks.csv, line 2, [1]: found "mars", expected one of the policy\'s pools: eu, us, ap',
    );
  });
});
