import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FilterDefinition, type PolicyDefinition, type Pool, seededRandom } from '../src/index.ts';
import { pool } from './cases/decision-case.ts';
import { chainOf, GERMANY, JAPAN, USA } from './fixtures.ts';

const WEIGHTED_FIRST: FilterDefinition[] = ['up', 'nearest', 'weighted', { first: 1 }];

describe('variants', () => {
  test('one endpoint at a time: each of them', () => {
    const { sets } = chainOf(WEIGHTED_FIRST).variants('A') as { sets: string[][] };
    expect(sets).toEqual([['198.51.100.20'], ['198.51.100.21'], ['203.0.113.30'], ['203.0.113.31'], ['192.0.2.40'], ['192.0.2.41']]);
  });

  test('of the other family, those that have an address of it', () => {
    expect(chainOf(WEIGHTED_FIRST).variants('AAAA')).toEqual({ sets: [['2001:db8:20::20'], ['2001:db8:30::30'], ['2001:db8:41::41']] });
  });

  test('up to two of six: 6 + 15; in one order, however they were drawn', () => {
    const { sets } = chainOf(['up', 'shuffle', { first: 2 }]).variants('A') as { sets: string[][] };
    expect(sets).toHaveLength(21);
    for (const set of sets) expect(set).toEqual([...set].sort());
  });

  test('the pool of allDown is answered alone', () => {
    const { sets } = chainOf(['up', { first: 2 }], { allDown: { pool: 'maintenance' } }).variants('A') as { sets: string[][] };
    expect(sets).toHaveLength(22);
    expect(sets.filter((set) => set.includes('192.0.2.99'))).toEqual([['192.0.2.99']]);
  });

  test('endpoints that share an address make one set of it', () => {
    const pools: Pool[] = [
      {
        name: 'p',
        endpoints: [
          { name: 'a', addresses: ['192.0.2.1'] },
          { name: 'b', addresses: ['192.0.2.1'] },
        ],
      },
    ];
    expect(chainOf([{ first: 1 }], { pools: ['p'] }, pools).variants('A')).toEqual({ sets: [['192.0.2.1']] });
  });

  test.each([
    [
      12,
      [],
      '12 endpoints, any of which may be answered (nothing such as `first` limits its chain), make 4095 sets; at most 1000 are listed',
    ],
    [40, [{ multivalue: 8 }], '40 endpoints, 1 to 8 of which are answered, make more than a million sets; at most 1000 are listed'],
  ] as [number, FilterDefinition[], string][])('too many of %i: the reason', (count, chain, reason) => {
    expect(chainOf(['up', ...chain], { pools: ['p'] }, [pool('p', count)]).variants('A')).toEqual({ reason });
  });

  test('whatever is decided is in the list', () => {
    const filters = fc.constantFrom<FilterDefinition>(
      'up',
      'nearest',
      'weighted',
      { weighted: { sticky: true } },
      'shuffle',
      { geotarget: { countries: { JP: ['ap'] }, continents: { EU: ['eu', 'us'] } } },
      { geofence: { pools: { eu: { continents: ['EU'] } } } },
      { priority: { us: 1 } },
      { first: 1 },
      { first: 3 },
      { multivalue: 2 },
    );
    const allDown = fc.constantFrom<PolicyDefinition['allDown']>('all', 'none', 'servfail', { pool: 'maintenance' });
    const types = fc.constantFrom('A', 'AAAA');
    const chains = fc.array(filters, { maxLength: 5 });
    fc.assert(
      fc.property(chains, allDown, types, fc.nat(), (chain, down, type, seed) => {
        const policy = chainOf(chain, { allDown: down! });
        const variants = policy.variants(type as 'A' | 'AAAA');
        if (!('sets' in variants)) throw new Error('six endpoints are never too many');
        const listed = new Set(variants.sets.map((set) => set.join()));
        const random = seededRandom(seed);
        for (let i = 0; i < 20; i++) {
          const health = Object.fromEntries(policy.endpoints.filter(() => random() & 1).map(({ id }) => [id, 'down' as const]));
          const locate = [GERMANY, USA, JAPAN, { prefixLength: 0 }][random() % 4]!;
          const client = `10.0.${random() & 255}.0/24`;
          const { answers, status } = policy.decide({ client, type: type as 'A' | 'AAAA' }, { health, locate, seed: random() });
          if (status === 'chosen') expect(listed).toContain([...answers].sort().join());
        }
      }),
      { numRuns: 200 },
    );
  });
});
