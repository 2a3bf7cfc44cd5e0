import { isSubdomain, parseName } from '@dnsteer/wire';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { inspectZoneText, severityOf } from '../../src/index.ts';

// A long run: DNSTEER_FUZZ_TIMES=1000 makes every number of runs that many times as large.
const TIMES = Number(process.env['DNSTEER_FUZZ_TIMES'] ?? 1);
vi.setConfig({ testTimeout: 5000 * TIMES });

const HEAD = '@ 60 SOA ns.x. h.x. 1 60 60 9999 60\n@ 60 NS ns.x.\n';
const NOW = 1_800_000_000;

const name = fc.constantFrom('@', 'a', 'b', 'c.a', '*.b', 'a.b', 'c', 'a.c', 'c.c.a', 'b.example', 'x.');
const record = fc.tuple(
  name,
  fc.constantFrom(
    ...['a', 'b', 'a.b', 'c', 'x.b', '@', 'a.example', 'out.net.'].flatMap((target) => [
      `60 CNAME ${target}`,
      `60 DNAME ${target}`,
      `60 NS ${target}`,
      `61 MX 1 ${target}`,
      `60 IN SRV 1 1 1 ${target}`,
    ]),
    '60 A 192.0.2.1',
    '50 A 192.0.2.2',
    '60 NSEC3PARAM 1 0 1 -',
    '60 RRSIG A 13 2 60 1 1 1 @ AAAA',
    '60 TXT (\n "a"\n)',
    '60 A x',
  ),
);
const zone = fc.array(record, { maxLength: 12 }).map((records) => HEAD + records.map((words) => words.join(' ')).join('\n'));

test('any zone is inspected: every problem points at a word of its text, and at its line', () => {
  fc.assert(
    fc.property(zone, (text) => {
      const { problems, lines } = inspectZoneText(text, { origin: 'example.', nowSeconds: NOW });
      const all = text.split('\n');
      for (const problem of problems) {
        expect(problem.message).not.toMatch(/\n/);
        expect(problem.line).toBeGreaterThan(0);
        expect(lines.get(problem)).toBe(all[problem.line - 1]);
        expect(all[problem.line - 1]!.slice(problem.column - 1)).toMatch(/^\S/);
      }
      for (let i = 1; i < problems.length; i++) expect(problems[i]!.line).toBeGreaterThanOrEqual(problems[i - 1]!.line);
    }),
    { numRuns: 500 * TIMES },
  );
});

test('octets at random are inspected', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      const text = Buffer.concat([Buffer.from(HEAD), octets]);
      const { problems } = inspectZoneText(text, { origin: 'example.', nowSeconds: NOW });
      for (const { line, column } of problems) expect(Math.min(line, column)).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 300 * TIMES },
  );
});

/** Whether following aliases from a name never ends: by the text, step by step, with names as strings (RFC 1034 4.3.2, RFC 6672 2.2, RFC 4592). */
function loops(aliases: ReadonlyMap<string, readonly [type: string, target: string]>, start: string): boolean {
  let at = start;
  for (let step = 0; step < 200; step++) {
    const [type, target] = aliases.get(at) ?? [];
    if (type === 'CNAME') {
      at = target!;
      continue;
    }
    const above = [...aliases].find(([owner, [other]]) => other === 'DNAME' && at.endsWith(`.${owner}`));
    if (above === undefined) return false;
    at = at.slice(0, -above[0].length) + above[1][1];
    if (at.length > 250) return true;
  }
  return true;
}

test('aliases at random: there is a warning of a loop exactly when following one of them never ends', () => {
  const label = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const target = fc.oneof(
    label,
    fc.tuple(label, label).map((labels) => labels.join('.')),
  );
  const alias = fc.tuple(label, fc.constantFrom('CNAME', 'DNAME'), target);
  fc.assert(
    fc.property(fc.uniqueArray(alias, { maxLength: 5, selector: ([owner]) => owner }), (list) => {
      const text = HEAD + list.map(([owner, type, to]) => `${owner} 60 ${type} ${to}`).join('\n');
      const { problems } = inspectZoneText(text, { origin: 'example.', nowSeconds: NOW });
      expect(problems.filter(({ code }) => severityOf(code) === 'error')).toEqual([]);
      const aliases = new Map(list.map(([owner, type, to]) => [`${owner}.example.`, [type, `${to}.example.`] as const]));
      const endless = list.some(([owner, type]) => loops(aliases, `${type === 'DNAME' ? 'q.' : ''}${owner}.example.`));
      expect(problems.some(({ code }) => code.endsWith('_LOOP'))).toBe(endless);
      for (const { owner } of problems) expect(isSubdomain(parseName(owner!), parseName('example.'))).toBe(true);
    }),
    { numRuns: 1000 * TIMES },
  );
});
