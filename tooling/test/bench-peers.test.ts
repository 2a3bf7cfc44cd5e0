import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { plot } from '../benchkit/peers/plot.mjs';
import { writeReport } from '../benchkit/peers/report.mjs';
import { atMost, ratioOf, rowsOf } from '../benchkit/peers/run.mjs';
import { needing, run, start } from '../testkit/index.ts';
import { writeFixture } from './fixture.ts';

const PROGRAM = fileURLToPath(new URL('../benchkit/peers/main.mjs', import.meta.url));

const samples = new Map([
  ['knot', [{ cpu: 4 }, { cpu: 8 }, { cpu: 5 }]],
  ['dnsteer', [{ cpu: 2 }, { cpu: 4 }, { cpu: 5 }]],
]);
const measured = {
  id: 'static',
  title: 'Static zone',
  key: 'cpu',
  unit: 'us',
  rows: rowsOf(samples, { base: 'knot', key: 'cpu' }),
  columns: [['cpu', 'CPU us/query', 2]],
  goals: [
    atMost('dnsteer by Knot', 0.95, 'x', ratioOf(samples, 'dnsteer', 'knot', 'cpu'), { server: 'dnsteer', base: 'knot' }),
    atMost('steered by nobody', 1, 'x', ratioOf(samples, 'dnsteer', 'gdnsd', 'cpu')),
  ],
  leftOut: ['gdnsd: gdnsd is not on this machine'],
  rounds: 3,
  seconds: 1,
  taken: '2026-01-01',
  machine: '2 x a machine',
  versions: 'node 20',
};

test('a ratio is the median of ratios within a round; the figures are medians', () => {
  expect(measured.rows).toMatchObject([
    { server: 'dnsteer', cpu: 4, ratio: 0.5, low: 2, high: 5 },
    { server: 'knot', cpu: 5, ratio: 1 },
  ]);
});

test('a goal whose peer is missing is neither met nor missed', () => {
  expect(measured.goals.map(({ isMet }) => isMet)).toEqual([true, undefined]);
});

test('the report keeps what is written around its markers, and the cases of earlier runs', () => {
  const folder = writeFixture({});
  writeReport(folder, [{ ...measured, id: 'tcp', title: 'Over TCP' }], ['static', 'tcp']);
  const page = join(folder, 'benchmarks.md');
  writeFileSync(page, `above\n${readFileSync(page, 'utf8')}\nbelow\n`);
  writeReport(folder, [measured], ['static', 'tcp']);
  const text = readFileSync(page, 'utf8');
  expect(text).toMatch(/^above\n[\s\S]*### Static zone\n[\s\S]*### Over TCP\n[\s\S]*\nbelow\n$/);
  expect(text).toContain('| Static zone | dnsteer by Knot | 0.95 x | 0.50 x | met |');
  expect(text).toContain('Left out: gdnsd: gdnsd is not on this machine');
});

test('the plot has a bar and a label for each server, and the goal where it lies on that axis', () => {
  const svg = plot([measured]);
  expect(svg.match(/<rect [^>]*height="16"/g)).toHaveLength(2);
  expect(svg).toContain('>knot</text>');
  // The axis ends at 5 us, 230 wide from x = 160 on: 0.95 x 5 us.
  expect(svg).toContain(`<line x1="${(160 + (4.75 / 5) * 230).toFixed(1)}"`);
});

/** Processes that were started with `folder` in their environment or arguments. */
function left(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && (factOf(pid, 'cmdline') + factOf(pid, 'environ')).includes(folder));
}

/** Nothing of a process that has ended meanwhile. */
function factOf(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

needing(['dnsperf', 'knotd'], 'pnpm bench:peers', () => {
  test('two cases, in short: a row for each server, figures above 0, a verdict on each goal, nothing left behind', async () => {
    const folder = writeFixture({});
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const args = ['--case', 'static,million', '--names', '2000', '--peers', 'knot', '--rounds', '1', '--seconds', '1', '--out', folder];
    const { code, stderr } = await run(process.execPath, [PROGRAM, ...args], { env: { TMPDIR: temporary } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const cases: (typeof measured)[] = JSON.parse(readFileSync(join(folder, 'benchmarks.json'), 'utf8'));
    expect(cases.map(({ id, rows }) => [id, rows.map(({ server }) => server).sort()])).toEqual([
      ['static', ['dnsteer', 'dnsteer, dgram', 'knot']],
      ['million', ['dnsteer', 'knot']],
    ]);
    for (const { rows, columns, goals, leftOut } of cases) {
      expect(leftOut).toEqual([]);
      expect(goals).toHaveLength(2);
      for (const goal of goals) expect(typeof goal.isMet).toBe('boolean');
      const compared = columns.map(([key]) => key).filter((key) => !['lost', 'user', 'sys'].includes(String(key)));
      for (const row of rows as Record<string, unknown>[]) for (const key of compared) expect(row[String(key)]).toBeGreaterThan(0);
    }
    expect(readFileSync(join(folder, 'benchmarks.md'), 'utf8')).toContain('| dnsteer, dgram |');
    expect(readdirSync(temporary)).toEqual([]);
    expect(left(temporary)).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle leaves no process and no folder', async (signal) => {
    const temporary = writeFixture({});
    const knot = () => left(temporary).some((pid) => factOf(pid, 'cmdline').includes('knot.conf'));
    const started = await start(process.execPath, [PROGRAM, '--case', 'static', '--peers', 'knot', '--rounds', '1', '--out', temporary], {
      env: { TMPDIR: temporary },
      ready: async () => knot(),
    });
    await started.stop(signal);
    await expect.poll(() => left(temporary), { timeout: 5000 }).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('what is not known is refused by name', async () => {
    const { code, stderr } = await run(process.execPath, [PROGRAM, '--case', 'statik']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^case statik is not known: static, nxdomain, /);
  });
});
