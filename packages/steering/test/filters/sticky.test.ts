import { describe, expect, test } from 'vitest';
import { definePolicy, type FilterDefinition } from '../../src/index.ts';
import { chainOf, chiSquare, weightedPool } from '../fixtures.ts';

const TOP: FilterDefinition = { first: 1 };
const NAMES = Array.from({ length: 20_000 }, (_, i) => `n${i}.example.com`);
const clientOf = (i: number) => `10.${(i >> 8) & 255}.${i & 255}.0/24`;

function policyOf(weights: readonly number[], sticky: object, ids = weights.map((_, i) => i)) {
  const whole = weightedPool(weights);
  const pool = { ...whole, endpoints: ids.map((i) => whole.endpoints[i]!) };
  return definePolicy({ name: 's', pools: ['p'], chain: [{ sticky }, TOP] }, { pools: [pool] });
}

const winnerOf = (policy: ReturnType<typeof policyOf>, name: string, client = '192.0.2.1') =>
  policy.decide({ client, type: 'A', name }, { seed: 1 }).endpoints[0]!;

describe('sticky', () => {
  test('by the client, as weighted: { sticky: true }', () => {
    const one = chainOf(['sticky', { first: 2 }]);
    const other = chainOf([{ weighted: { sticky: true } }, { first: 2 }]);
    for (let i = 0; i < 500; i++) {
      const question = { client: clientOf(i), type: 'A' } as const;
      expect(one.decide(question).endpoints).toEqual(other.decide(question).endpoints);
    }
  });

  test('by the name: all clients of a name meet the same endpoint, whatever its case, and the scope is 0', () => {
    const policy = policyOf([1, 1, 1, 1], { by: 'qname' });
    for (const name of NAMES.slice(0, 200)) {
      const answers = [name, name.toUpperCase(), `${name}.`].flatMap((text) =>
        ['192.0.2.1', '2001:db8::1'].map((client) => winnerOf(policy, text, client)),
      );
      expect(new Set(answers).size).toBe(1);
    }
    expect(policy.decide({ client: '192.0.2.1', type: 'A', name: NAMES[0]! }).ecsScope).toBe(0);
  });

  test.each([
    [[1, 2, 5], {}, [1, 2, 5]],
    [[1, 2, 5], { weights: false }, [1, 1, 1]],
  ])('names spread by weights %j with %j', (weights, more, shares) => {
    const policy = policyOf(weights, { by: 'qname', ...more });
    const counts = [0, 0, 0];
    for (const name of NAMES) counts[Number(winnerOf(policy, name).at(-1))]!++;
    const { statistic, limit } = chiSquare(counts, shares);
    expect(statistic).toBeLessThan(limit);
  });

  test('when an endpoint goes, only its names move', () => {
    const whole = policyOf([1, 2, 5], { by: 'qname' });
    const rest = policyOf([1, 2, 5], { by: 'qname' }, [0, 1]);
    for (const name of NAMES.slice(0, 2000)) {
      const before = winnerOf(whole, name);
      if (before !== 'p/e2') expect(winnerOf(rest, name)).toBe(before);
    }
  });

  test('a name that is not known: a draw, and the reason says so', () => {
    const { trace } = policyOf([1, 1], { by: 'qname' }).decide({ client: '192.0.2.1', type: 'A' }, { seed: 3 });
    expect(trace[0]?.reason).toMatch(/^the name that is asked for is not known; draw 0\.\d{4} of weight 2 -> p\/e[01]$/);
  });

  test('escapes of RFC 1035 5.1 are the octets that they stand for', () => {
    const policy = policyOf(new Array(64).fill(1), { by: 'qname' });
    expect(winnerOf(policy, 'w\\119w.example.com')).toBe(winnerOf(policy, 'www.example.com'));
    expect(winnerOf(policy, 'a\\.b.example.com')).not.toBe(winnerOf(policy, 'a.b.example.com'));
  });

  test.each(['', 'a..b', `${'a'.repeat(64)}.example.com`, `${'a.'.repeat(130)}b`])('%j is no name', (name) => {
    expect(() => policyOf([1, 1], {}).decide({ client: '192.0.2.1', type: 'A', name })).toThrow(
      expect.objectContaining({ code: 'ERR_STEERING_NAME' }),
    );
  });

  test.each([
    [{ by: 'subnet' }, ['chain', 0, 'sticky', 'by'], 'ERR_STEERING_TYPE'],
    [{ by: 'qname', ipv4Prefix: 24 }, ['chain', 0, 'sticky', 'ipv4Prefix'], 'ERR_STEERING_UNKNOWN_KEY'],
    [{ weights: 1 }, ['chain', 0, 'sticky', 'weights'], 'ERR_STEERING_TYPE'],
    [{ ipv6Prefix: 129 }, ['chain', 0, 'sticky', 'ipv6Prefix'], 'ERR_STEERING_RANGE'],
    [{ stick: true }, ['chain', 0, 'sticky', 'stick'], 'ERR_STEERING_UNKNOWN_KEY'],
  ])('%j is refused with its place', (sticky, path, code) => {
    expect(() => policyOf([1, 1], sticky)).toThrow(expect.objectContaining({ path, code }));
  });
});
