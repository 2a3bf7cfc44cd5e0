import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Choice, type FilterDefinition, type LocationLike, type Locator, type Policy, parseClientSubnet } from '../src/index.ts';
import { CLIENT, chainOf, GERMANY, JAPAN, USA } from './fixtures.ts';

interface Network {
  start: number;
  prefixLength: number;
  location: LocationLike;
}

const PLACES: LocationLike[] = [
  GERMANY,
  USA,
  JAPAN,
  { country: 'CH', continent: 'EU', prefixLength: 0 },
  { continent: 'SA', prefixLength: 0 },
  { prefixLength: 0 },
];

/** The IPv4 space cut into networks: each decision of `cuts` splits the network it meets, down to /28. */
function makeNetworks(cuts: readonly number[]): Network[] {
  const networks: Network[] = [];
  let used = 0;
  const cut = (start: number, prefixLength: number) => {
    const decision = cuts[used++];
    if (decision === undefined || decision % 5 === 0 || prefixLength === 28) {
      const location = { ...PLACES[(decision ?? start) % PLACES.length]!, prefixLength };
      networks.push({ start, prefixLength, location });
      return;
    }
    // One child is cut further at once, so that deep networks come up.
    const half = 2 ** (31 - prefixLength);
    cut(start, prefixLength + 1);
    cut(start + half, prefixLength + 1);
  };
  cut(0, 0);
  return networks;
}

function locatorOf(networks: readonly Network[]): Locator {
  return {
    locate(address) {
      const n = ((address[0]! << 24) | (address[1]! << 16) | (address[2]! << 8) | address[3]!) >>> 0;
      return networks.findLast(({ start }) => start <= n)!.location;
    },
  };
}

/** The endpoints chosen for one address (SOURCE PREFIX-LENGTH 32), and the scope. Every decision gets the same draws. */
function decideFor(policy: Policy, locator: Locator, n: number): { chosen: string; scope: number } {
  const choice = new Choice();
  const address = Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n);
  const health = { isUp: (slot: number) => slot !== 2, ttlCapSeconds: () => Number.POSITIVE_INFINITY };
  policy.choose({ address, family: 4, prefixLength: 32, fromEcs: true }, 4, { health, locator, nowMs: 0, random: () => 123456789 }, choice);
  return { chosen: choice.endpoints.subarray(0, choice.endpointCount).join(), scope: choice.ecsScope };
}

const filters = fc.constantFrom<FilterDefinition>(
  'up',
  'nearest',
  'weighted',
  { weighted: { sticky: true } },
  { weighted: { sticky: true, ipv4Prefix: 20 } },
  { weighted: { sticky: true, multi: true } },
  { sticky: { by: 'qname' } },
  { sticky: { weights: false, ipv4Prefix: 16 } },
  { geotarget: { countries: { CH: ['ap'], US: ['us'] }, continents: { EU: ['eu'], SA: ['us', 'eu'] }, default: ['ap', 'eu'] } },
  { geotarget: { default: ['us', 'ap'] } },
  { geofence: { pools: { eu: { countries: ['CH', 'DE'] }, us: { continents: ['NA', 'SA'] } } } },
  { asn: { networks: { 64500: ['eu'], 64501: ['ap', 'us'] } } },
  { cidr: { networks: { '0.0.0.0/2': ['eu'], '10.0.0.0/8': ['ap'], '10.64.0.0/10': ['us', 'eu'], '192.0.0.0/3': ['us'] } } },
  {
    route: {
      countries: { US: ['nearest'], CH: [{ sticky: { ipv4Prefix: 16 } }] },
      continents: { EU: [{ first: 2 }] },
      default: ['weighted'],
    },
  },
  { latency: { networks: { '0.0.0.0/2': { eu: 9, us: 3 }, '10.0.0.0/8': { ap: 2 } } } },
  { first: 1 },
  { first: 3 },
);

describe('ECS scope', () => {
  test('RFC 7871 7.2.1: every address inside the scope gets the same candidates, and no filter claims more than it looked at', () => {
    fc.assert(
      fc.property(fc.array(filters, { maxLength: 5 }), fc.array(fc.nat(1000), { maxLength: 60 }), fc.nat(), (chain, cuts, inside) => {
        const networks = makeNetworks(cuts);
        const locator = locatorOf(networks);
        const policy = chainOf(chain);
        for (const { start, prefixLength } of networks) {
          const { chosen, scope } = decideFor(policy, locator, start);
          // What is denied is denied to everyone (RFC 7871 7.4).
          if (chosen === '') continue;
          const size = 2 ** (32 - scope);
          const from = Math.floor(start / size) * size;
          for (const n of [from, from + size - 1, from + (inside % size)]) expect(decideFor(policy, locator, n)).toEqual({ chosen, scope });
          const masks = chain.map((filter) =>
            Number(/ipv4Prefix":(\d+)/.exec(JSON.stringify(filter))?.[1] ?? (/sticky(?!.*qname)/.test(JSON.stringify(filter)) ? 24 : 0)),
          );
          // The prefixes of cidr and latency are held to the least by tests of their own.
          if (!/cidr|latency/.test(JSON.stringify(chain))) expect([0, prefixLength, ...masks]).toContain(scope);
        }
      }),
      { numRuns: 150 },
    );
  });

  test.each<[rule: string, chain: FilterDefinition[], scope: number, reason: string]>([
    [
      'nothing looks at the client',
      ['up', { geotarget: { default: ['eu', 'us'] } }, { first: 1 }],
      0,
      '/0: no filter looked at the client',
    ],
    ['a draw does not narrow', ['weighted', { first: 1 }], 0, '/0: no filter looked at the client'],
    [
      'geotarget: the prefix of the location',
      [{ geotarget: { continents: { EU: ['eu'] } } }],
      13,
      '/13: geotarget looked at the client; its verdict holds for all who share these 13 bits',
    ],
    [
      'nearest: the prefix of the location',
      ['nearest'],
      13,
      '/13: nearest looked at the client; its verdict holds for all who share these 13 bits',
    ],
    [
      'a key that does not match was looked at, too',
      [{ geotarget: { countries: { FR: ['us'] } } }],
      13,
      '/13: geotarget looked at the client; its verdict holds for all who share these 13 bits',
    ],
    [
      'sticky: the subnet',
      [{ weighted: { sticky: true } }],
      24,
      '/24: weighted looked at the client; its verdict holds for all who share these 24 bits',
    ],
    [
      'the longest of them',
      [{ weighted: { sticky: true, ipv4Prefix: 9 } }, 'nearest'],
      13,
      '/13: nearest looked at the client; its verdict holds for all who share these 13 bits',
    ],
    [
      'the longest of them, whatever the order',
      ['nearest', { weighted: { sticky: true, ipv4Prefix: 16 } }],
      16,
      '/16: weighted looked at the client; its verdict holds for all who share these 16 bits',
    ],
    [
      'sticky in tiers that `first` cuts off does not count',
      [{ geotarget: { default: ['maintenance', 'eu'] } }, { weighted: { sticky: true } }, { first: 1 }],
      0,
      '/0: no filter looked at the client',
    ],
  ])('%s', (_, chain, ecsScope, ecsScopeReason) => {
    expect(chainOf(chain, { pools: ['eu', 'us', 'maintenance'] }).decide(CLIENT, { locate: GERMANY })).toMatchObject({
      ecsScope,
      ecsScopeReason,
    });
  });

  test('RFC 7871 7.2.1: a location that needs more bits than the client gave says so, in a scope longer than the source', () => {
    const policy = chainOf(['nearest', { weighted: { sticky: true } }, { first: 1 }]);
    expect(policy.decide({ client: parseClientSubnet('81.0.0.0/8'), type: 'A' }, { locate: GERMANY }).ecsScope).toBe(13);
  });

  test('but a subnet hash uses the bits that came, and no more', () => {
    expect(chainOf([{ weighted: { sticky: true } }]).decide({ client: '81.0.0.0/8', type: 'A' }).ecsScope).toBe(8);
  });
});
