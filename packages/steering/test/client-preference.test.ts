import { describe, expect, test } from 'vitest';
import { Choice, definePolicy, type Environment, type Locator, parseClientSubnet, seededRandom } from '../src/index.ts';
import { GERMANY, POOLS, USA, WEB } from './fixtures.ts';

/** Germany below 128.0.0.0. */
const locator: Locator = { locate: ([first = 0]) => (first < 128 ? GERMANY : USA), generation: () => 1 };
const [GERMAN, AMERICAN] = ['81.2.69.0/24', '203.0.113.7'];

function decide(client: object | undefined, question: { client: string; source?: string }) {
  const policy = definePolicy({ ...WEB, ...(client && { client }) }, { pools: POOLS });
  return policy.decide({ ...question, type: 'A' }, { locator });
}

describe('client: { prefer }', () => {
  test.each([
    ['nothing said', undefined],
    ['empty', {}],
    ['ecs', { prefer: 'ecs' }],
  ])('RFC 7871 7.2.1: the client that the query names, with a scope (%s)', (_, client) => {
    const decision = decide(client, { client: GERMAN, source: AMERICAN });
    expect(decision.client).toEqual({ subnet: GERMAN, from: 'ecs', reason: 'the query named it (ECS)' });
    expect(decision.endpoints[0]).toMatch(/^eu/);
    expect(decision.ecsScope).toBe(24);
  });

  test('source: the address that the query came from; RFC 7871 7.2.1: then the answer is for every client of that resolver, scope 0', () => {
    const decision = decide({ prefer: 'source' }, { client: GERMAN, source: AMERICAN });
    expect(decision.client).toEqual({
      subnet: `${AMERICAN}/32`,
      from: 'source',
      reason: 'the source address: the policy prefers it to what a query says of its client',
    });
    expect(decision.endpoints[0]).toMatch(/^us/);
    expect(decision.ecsScope).toBe(0);
    expect(decision.ecsScopeReason).toBe(
      '/0: the policy steers by the source address (client.prefer), so its answer is for every client of that resolver',
    );
  });

  test('a query that names no client', () => {
    const client = parseClientSubnet(AMERICAN, false);
    const decision = definePolicy(WEB, { pools: POOLS }).decide({ client, type: 'A' }, { locator });
    expect(decision.client).toEqual({
      subnet: `${AMERICAN}/32`,
      from: 'source',
      reason: 'the source address: the query named no client (ECS) that counts',
    });
  });

  test('what is remembered has scope 0, too', () => {
    const policy = definePolicy({ ...WEB, client: { prefer: 'source' } }, { pools: POOLS });
    expect(policy.prefersSource).toBe(true);
    const health = { isUp: () => true, ttlCapSeconds: () => 60, revision: () => 1 };
    const environment: Environment = { health, locator, nowMs: 0, random: seededRandom(1) };
    const choice = new Choice();
    let remembered = 0;
    for (let i = 0; i < 4; i++) {
      policy.choose(parseClientSubnet(AMERICAN, false), 4, environment, choice);
      expect(choice.ecsScope).toBe(0);
      if (choice.remembered !== undefined) remembered++;
    }
    expect(remembered).toBeGreaterThan(0);
  });
});
