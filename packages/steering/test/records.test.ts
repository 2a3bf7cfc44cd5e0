import { describe, expect, test } from 'vitest';
import {
  CHOSEN,
  Choice,
  type Circumstances,
  definePolicy,
  type Environment,
  type FilterDefinition,
  type HealthView,
  NONE,
  type Pool,
  parseClientSubnet,
} from '../src/index.ts';

const POOLS: Pool[] = [
  {
    name: 'eu',
    endpoints: [
      { name: 'fra1', addresses: ['198.51.100.1', '2001:db8::1'], records: { TXT: ['"fra1"'], MX: ['10 mx1.example.'] } },
      { name: 'ams1', addresses: ['198.51.100.2'], records: { TXT: ['"ams1"', '"eu"'] } },
    ],
  },
  { name: 'cdn', endpoints: [{ name: 'a', cname: 'Site.CDN.example' }] },
  { name: 'other', endpoints: [{ name: 'b', cname: 'other.example.' }] },
];

const policyOf = (pools: string[], chain: FilterDefinition[] = ['up'], more: object = {}) =>
  definePolicy({ name: 't', pools, chain, ...more }, { pools: POOLS });
const decide = (pools: string[], type: string, down: string[] = [], chain?: FilterDefinition[], more?: object) => {
  const health: Circumstances['health'] = Object.fromEntries(down.map((id) => [id, 'down' as const]));
  const { answers, endpoints, status, type: own } = policyOf(pools, chain, more).decide({ client: '192.0.2.1', type }, { health });
  return { own, status, answers, endpoints };
};

describe('records of endpoints', () => {
  test('who has them is a candidate, and all that were chosen answer', () => {
    expect(decide(['eu'], 'TXT')).toEqual({
      own: 'TXT',
      status: 'chosen',
      answers: ['"fra1"', '"ams1"', '"eu"'],
      endpoints: ['eu/fra1', 'eu/ams1'],
    });
    expect(decide(['eu'], 'MX')).toMatchObject({ answers: ['10 mx1.example.'], endpoints: ['eu/fra1'] });
    expect(decide(['eu'], 'TXT', ['eu/fra1'])).toMatchObject({ answers: ['"ams1"', '"eu"'] });
    expect(decide(['eu'], 'MX', ['eu/fra1'], ['up'], { allDown: 'none' })).toMatchObject({ status: 'none', answers: [] });
  });

  test('who has none is told of in the trace', () => {
    const { trace } = policyOf(['eu']).decide({ client: '192.0.2.1', type: 'MX' });
    expect(trace[0]).toMatchObject({ filter: 'family', reason: 'no MX record: eu/ams1' });
  });

  test('types, kinds and variants', () => {
    const policy = policyOf(['eu'], ['up', { first: 1 }]);
    expect(policy.types()).toEqual(['A', 'AAAA', 'MX', 'TXT']);
    expect(policy.ownerTypes()).toEqual(policy.types());
    expect(['A', 'AAAA', 'MX', 'CNAME', 'SRV'].map((type) => policy.kindOf(type))).toEqual([4, 6, 11, 10, -1]);
    expect(policy.variants('TXT')).toEqual({ sets: [['"fra1"'], ['"ams1"', '"eu"']] });
    expect(policy.variants('SRV')).toEqual({ sets: [] });
    expect(() => policy.decide({ client: '192.0.2.1', type: 'SRV' })).toThrow('type: found "SRV", expected one of A, AAAA, CNAME, MX, TXT');
  });

  test('health is that of the addresses, IPv4 first', () => {
    const asked: string[] = [];
    const policy = policyOf(['eu']);
    const health = { isUp: (slot: number, family: number) => asked.push(`${slot}/${family}`) > 0, ttlCapSeconds: () => 9 };
    for (const type of ['TXT', 'AAAA']) policy.decide({ client: '192.0.2.1', type }, { health });
    expect(asked).toEqual(['0/4', '1/4', '0/6']);
  });

  test('split by any type', () => {
    const chain: FilterDefinition[] = [{ split: { A: [{ first: 1 }], TXT: ['shuffle', { first: 2 }] } }];
    expect(decide(['eu'], 'A', [], chain).answers).toEqual(['198.51.100.1']);
    expect(decide(['eu'], 'TXT', [], chain).endpoints).toHaveLength(2);
    expect(decide(['eu'], 'MX', [], chain).answers).toEqual(['10 mx1.example.']);
  });
});

describe('RFC 1034 3.6.2: an alias stands alone', () => {
  const FIRST = ['up', { priority: { eu: 1, cdn: 2, other: 3 } }] as FilterDefinition[];

  test.each([
    ['A', [], 'A', ['198.51.100.1', '198.51.100.2']],
    ['A', ['eu'], 'CNAME', ['Site.CDN.example']],
    ['AAAA', ['cdn'], 'AAAA', ['2001:db8::1']],
    ['TXT', ['eu'], 'CNAME', ['Site.CDN.example']],
    ['CNAME', ['eu'], 'CNAME', ['Site.CDN.example']],
    ['CNAME', ['eu', 'cdn'], 'CNAME', ['other.example.']],
    // All count as up.
    ['A', ['eu', 'cdn', 'other'], 'A', ['198.51.100.1', '198.51.100.2']],
  ])('%s with %j down: %s', (type, down, own, answers) => {
    expect(decide(['eu', 'cdn', 'other'], type, down, FIRST)).toMatchObject({ own, answers });
  });

  test('one that is first answers, whatever stands behind it', () => {
    expect(decide(['cdn', 'eu', 'other'], 'A')).toEqual({
      own: 'CNAME',
      status: 'chosen',
      answers: ['Site.CDN.example'],
      endpoints: ['cdn/a'],
    });
  });

  // With a filter that looks at the client: a denial is for all of them (RFC 7871 7.4).
  test('asked for the alias of who has addresses now: there is none, for everybody', () => {
    const { status, ecsScope, ttl, ttlReason } = policyOf(
      ['eu', 'cdn', 'other'],
      [{ geotarget: { countries: { DE: ['eu', 'cdn'] }, default: ['cdn'] } }, ...FIRST],
    ).decide({ client: '192.0.2.1', type: 'CNAME' }, { locate: { country: 'DE', prefixLength: 20 } });
    expect([status, ecsScope, ttl]).toEqual(['none', 0, 5]);
    expect(ttlReason).toBe('5 s: ttl.min, as other clients may have what is denied');
  });

  test.each([
    ['A', 'chosen', ['198.51.100.2']],
    ['AAAA', 'none', []],
    ['MX', 'none', []],
    ['CNAME', 'none', []],
  ])('one decision for all types: who is first lacks some, and no alias stands in for it: %s', (type, status, answers) => {
    const policy = policyOf(['eu', 'cdn', 'other'], FIRST);
    const decision = policy.decide({ client: '192.0.2.1', type }, { health: { 'eu/fra1': 'down' } });
    expect(decision).toMatchObject({ status, answers, endpoints: status === 'none' ? [] : ['eu/ams1'], ttl: 60, ecsScope: 0 });
    const lack = { A: undefined, AAAA: 'IPv6 address', MX: 'MX record', CNAME: 'CNAME record' }[type];
    const last = decision.trace.at(-1)!;
    expect(last.filter === 'family' ? last.reason : undefined).toBe(lack && `no ${lack}, and no alias now: eu/ams1`);
  });

  test('where there are aliases, an endpoint is up when both of its families are, for every type', () => {
    const policy = policyOf(['eu', 'cdn', 'other'], FIRST);
    const health = (down: 4 | 6): HealthView => ({
      isUp: (slot, family) => slot > 1 || (slot === 0 && family !== down),
      ttlCapSeconds: (_, family) => (family === down ? 7 : 40),
    });
    for (const down of [4, 6] as const) {
      const own = ['A', 'AAAA', 'TXT'].map((type) => policy.decide({ client: '192.0.2.1', type }, { health: health(down) }));
      expect(own.map(({ type, ttl }) => [type, ttl])).toEqual(Array.from(own, () => ['CNAME', 7]));
    }
    // fra1 went down with the first of its two families, long before ams1.
    const downSinceMs = (slot: number, family: number) => (slot > 1 || (slot === 0 && family === 6) ? 1 : 600_000);
    const last = policyOf(['eu', 'cdn', 'other'], FIRST, { allDown: 'last' });
    const health6 = { isUp: () => false, ttlCapSeconds: () => 7, downSinceMs };
    expect(last.decide({ client: '192.0.2.1', type: 'A' }, { health: health6 }).endpoints).toEqual(['eu/ams1']);
  });

  test('split is refused', () => {
    expect(() => policyOf(['eu', 'cdn'], [{ split: { A: ['up'] } }])).toThrow(
      expect.objectContaining({ code: 'ERR_STEERING_TYPE', path: ['chain', 0, 'split'] }),
    );
  });

  test('an alias of the pool of allDown alone', () => {
    const policy = policyOf(['eu'], ['up'], { allDown: { pool: 'cdn' } });
    expect([policy.types(), policy.ownerTypes()]).toEqual([['A', 'AAAA', 'CNAME', 'MX', 'TXT'], ['CNAME']]);
    const own = (health: object) => policy.decide({ client: '192.0.2.1', type: 'A' }, { health: health as never });
    expect(own({})).toMatchObject({ type: 'A', answers: ['198.51.100.1', '198.51.100.2'] });
    expect(own({ eu: 'down' })).toMatchObject({ type: 'CNAME', answers: ['Site.CDN.example'], allDown: true });
  });

  test('the owner has but the type CNAME, and answers others', () => {
    expect([policyOf(['eu', 'cdn']).types(), policyOf(['eu', 'cdn']).ownerTypes()]).toEqual([
      ['A', 'AAAA', 'CNAME', 'MX', 'TXT'],
      ['CNAME'],
    ]);
    expect(policyOf(['cdn', 'other'], [{ first: 1 }]).variants('CNAME')).toEqual({ sets: [['Site.CDN.example'], ['other.example.']] });
    expect(policyOf(['eu', 'cdn'], [{ first: 1 }]).variants('A')).toEqual({ sets: [['198.51.100.1'], ['198.51.100.2']] });
  });

  test('with memory and without, in wire form', () => {
    const policy = policyOf(['cdn', 'eu'], ['up', 'weighted', { first: 1 }]);
    const environment: Environment = {
      health: { isUp: () => true, ttlCapSeconds: () => 9, revision: () => 1 },
      locator: { locate: () => ({ prefixLength: 0 }), generation: () => 1 },
      nowMs: 0,
      random: () => 0,
    };
    const choice = new Choice();
    const client = parseClientSubnet('192.0.2.0/24');
    for (const random of [0, 2 ** 31, 0, 2 ** 32 - 1, 0]) {
      policy.choose(client, 4, { ...environment, random: () => random }, choice);
      const name = Buffer.from('\x04site\x03cdn\x07example\0', 'latin1');
      const isAlias = random === 0;
      expect([choice.isAlias, choice.addressCount, Buffer.from(choice.addresses[0]!)]).toEqual([
        isAlias,
        1,
        isAlias ? name : expect.anything(),
      ]);
    }
    policy.choose(client, policy.kindOf('CNAME'), { ...environment, random: () => 2 ** 32 - 1 }, choice);
    expect([choice.status, choice.isAlias]).toEqual([NONE, false]);
    policy.choose(client, policy.kindOf('CNAME'), environment, choice);
    expect([choice.status, choice.isAlias]).toEqual([CHOSEN, true]);
  });
});
