import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Decision, definePolicy } from '../src/index.ts';
import type { DecisionCase, Expectation } from './cases/decision-case.ts';
import { GDNSD_FAILOVER } from './cases/gdnsd-failover.ts';
import { GDNSD_MAPS } from './cases/gdnsd-maps.ts';
import { GDNSD_NETS } from './cases/gdnsd-nets.ts';
import { GDNSD_THRESHOLDS } from './cases/gdnsd-thresholds.ts';
import { NS1 } from './cases/ns1.ts';
import { POWERDNS } from './cases/powerdns.ts';
import { ROUTE53 } from './cases/route53.ts';
import { chiSquare } from './fixtures.ts';

const CASES: Readonly<Record<string, readonly DecisionCase[]>> = {
  'gdnsd, thresholds': GDNSD_THRESHOLDS,
  'gdnsd, maps': GDNSD_MAPS,
  'gdnsd, nets': GDNSD_NETS,
  'gdnsd, failover and weights': GDNSD_FAILOVER,
  PowerDNS: POWERDNS,
  NS1,
  'Route 53': ROUTE53,
};
const ALL = Object.values(CASES).flat();
const DRAWS = 3000;

/** As many decisions as asked for: seeds of their own, and clients of their own for what is sticky. */
function decisions({ pools, policy, question, circumstances }: DecisionCase, count: number): Decision[] {
  const compiled = definePolicy({ name: 'case', pools: pools.map(({ name }) => name), ...policy }, { pools });
  return Array.from({ length: count }, (_, i) => {
    const client = question?.client ?? `10.${(i >> 8) & 255}.${i & 255}.0/24`;
    return compiled.decide({ type: 'A', ...question, client }, { ...circumstances, seed: i });
  });
}

function poolsOf({ endpoints }: Decision): string[] {
  return [...new Set(endpoints.map((id) => id.split('/')[0]!))];
}

function expectShares(
  all: readonly Decision[],
  { shares, least = 0, most = Number.POSITIVE_INFINITY }: Extract<Expectation, { shares: unknown }>,
): void {
  for (const { endpoints } of all) {
    expect(new Set(endpoints).size).toBe(endpoints.length);
    expect(endpoints.length).toBeGreaterThanOrEqual(least);
    expect(endpoints.length).toBeLessThanOrEqual(most);
  }
  for (const [id, share] of Object.entries(shares)) {
    const count = all.filter(({ endpoints }) => endpoints.includes(id)).length;
    if (share === 0 || share === 1) expect([id, count]).toEqual([id, share * all.length]);
    else {
      const { statistic, limit } = chiSquare([count, all.length - count], [share, 1 - share]);
      expect(statistic, `${id}: ${count} of ${all.length}, expected a share of ${share}`).toBeLessThan(limit);
    }
  }
}

describe.each(Object.entries(CASES))('%s', (_, cases) => {
  test.each(cases.map((one) => [one.rule, one.source, one] as const))('%s (%s)', (_rule, _source, one) => {
    const { expect: expected } = one;
    if ('shares' in expected) {
      expectShares(decisions(one, DRAWS), expected);
      return;
    }
    const decision = decisions(one, 1)[0]!;
    expect(decision.status).toBe('none' in expected ? 'none' : 'chosen');
    if ('endpoints' in expected) expect(decision.endpoints).toEqual(expected.endpoints);
    if ('set' in expected) expect([...decision.endpoints].sort()).toEqual([...expected.set].sort());
    if ('pools' in expected) expect(poolsOf(decision)).toEqual(expected.pools);
  });
});

test.each(GDNSD_NETS)('gdnsd, scope: $rule ($question.client)', (one) => {
  expect(decisions(one, 1)[0]?.ecsScope).toBe(one.scope);
});

describe('the cases themselves', () => {
  test('two hundred at least, each with its source, no two alike', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(200);
    for (const { source } of ALL) expect(source).toMatch(/^(gdnsd|PowerDNS|NS1|Route 53)/);
    expect(new Set(ALL.map((one) => JSON.stringify([one.rule, one.source]))).size).toBe(ALL.length);
  });

  test('docs/peers.md has a line for every verdict that differs, and no other', () => {
    const text = readFileSync(new URL('../../../docs/peers.md', import.meta.url), 'utf8');
    const lines = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| peer'));
    const expected = ALL.filter(({ differs }) => differs !== undefined).map(
      ({ rule, source, differs }) => `| ${source} | ${rule} | ${differs} |`,
    );
    expect(lines).toEqual(expected);
  });
});
