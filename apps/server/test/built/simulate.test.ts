import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDnsteer } from '../../../../tooling/testkit/index.ts';
import { copyDemo, type DemoFolder } from './harness.ts';

let demo: DemoFolder;
beforeAll(async () => {
  demo = await copyDemo();
});
afterAll(() => demo?.remove());

const dnsteer = (...args: string[]) => runDnsteer([...args, '--config', 'dnsteer.yaml'], { cwd: demo.directory });
const FEW = ['--clients', '20000'];

interface Report {
  readonly clients: number;
  readonly sides: readonly { readonly label: string; readonly pools: Readonly<Record<string, number>> }[];
}

describe('dnsteer simulate', () => {
  test('where the load goes, as a table for people', async () => {
    const { code, stdout, stderr } = await dnsteer('simulate', ...FEW);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^www\.example\.com\. A: 20,000 clients by the addresses of \d+ countries, load 100\n/);
    expect(stdout).toMatch(/│ eu\s+│ \d+(\.\d+)?\s+│\n│ {3}eu\/fra1\s+│/);
    expect(stdout).toMatch(/│ DE\s+│ \d+(\.\d+)?\s+│ eu 100 %\s+│/);
  });

  test('--down: what moves, and who goes over capacity', async () => {
    const { stdout } = await dnsteer('simulate', ...FEW, '--down', 'eu', '--capacity', 'us=50%,ap=90%', '--load', '1000');
    expect(stdout).toMatch(/│ eu\s+│ \d+(\.\d+)?\s+│ 0\s+│ -\d/);
    expect(stdout).toMatch(/\nmoves: \d+(\.\d+)? of 1,000\n {2}eu -> us: /);
    expect(stdout).toMatch(/\nover capacity \(eu down\): us gets \d+(\.\d+)? of 500 \(\d+(\.\d+)? %\)\n/);
    expect(stdout).not.toContain('ap gets');
  });

  test('--against: another configuration, as JSON', async () => {
    const yaml = await readFile(demo.config, 'utf8');
    expect(yaml).toContain('pools: [eu, us, ap]');
    await writeFile(
      join(demo.directory, 'candidate.yaml'),
      yaml.replace('pools: [eu, us, ap]', 'pools: [us, ap]').replace(/EU: \[eu\]/, 'EU: [us]'),
    );
    const { code, stdout, stderr } = await dnsteer('simulate', ...FEW, '--against', 'candidate.yaml', '--json');
    expect([code, stderr]).toEqual([0, '']);
    const report = JSON.parse(stdout) as Report;
    expect(JSON.stringify(report)).toContain('"eu/fra1"');
    expect(stdout).toMatch(/"from": "eu"/);
  });

  test('--svg: a map of the world', async () => {
    const { code } = await dnsteer('simulate', ...FEW, '--down', 'eu', '--svg', 'map.svg');
    const svg = await readFile(join(demo.directory, 'map.svg'), 'utf8');
    expect([code, svg.slice(0, 4), svg.trimEnd().slice(-6)]).toEqual([0, '<svg', '</svg>']);
    expect(svg.match(/<path/g)!.length).toBeGreaterThan(100);
  });

  test.each([
    ['resolvers.csv', '88.198.0.53,30\n12.0.0.0/24 10 # a network\n', /: 2 clients/, /eu\s+│ 75\s+│/],
    ['countries.csv', 'DE,80\nUS,20\n', /: 20,000 clients/, /eu\s+│ (79|8[01])(\.\d+)?\s+│/],
  ])('--population %s', async (file, text, clients, eu) => {
    await writeFile(join(demo.directory, file), text);
    const { code, stdout, stderr } = await dnsteer('simulate', ...FEW, '--population', file);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(clients);
    expect(stdout).toMatch(eu);
  });

  test.each([
    [['--down', 'mars'], 'error: found "mars", expected pools or endpoints: eu, eu/fra1,'],
    [['--population', 'nowhere.csv'], 'error: nowhere.csv: there is no such file\n'],
    [['--clients', '0'], 'error: --clients: found 0, expected 1 or more\n'],
    [['--name', 'ns1.example.com'], 'www.example.com.'],
    [['--capacity', 'eu=much'], 'eu=much'],
  ])('%j is refused with what was expected', async (args, message) => {
    const { code, stdout, stderr } = await dnsteer('simulate', ...FEW, ...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });
});

describe('dnsteer replay', () => {
  test('JSON lines: which answers change, and by what', async () => {
    const queries = [
      { client: '88.198.0.1', qname: 'www.example.com', qtype: 'A', time: '2026-11-23T08:00:00Z' },
      { client: '12.0.0.1', qname: 'www.example.com', ecs: '12.0.0.0/24' },
      { client: '12.0.0.1', qname: 'ns1.example.com' },
    ];
    await writeFile(join(demo.directory, 'queries.jsonl'), queries.map((query) => JSON.stringify(query)).join('\n'));
    const { code, stdout, stderr } = await dnsteer('replay', 'queries.jsonl', '--down', 'eu');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^3 queries, 2 of them steered: 1 answer changes \(50\.00 %\)\n/);
    expect(stdout).toMatch(/\n1 of www\.example\.com\. A: eu -> (us|ap), by up\n {2}such as 88\.198\.0\.1\/32: /);
  });

  test('a dnstap file that BIND wrote', async () => {
    await cp(fileURLToPath(new URL('../fixtures/bind-9.18.dnstap', import.meta.url)), join(demo.directory, 'queries.dnstap'));
    const { code, stdout, stderr } = await dnsteer('replay', 'queries.dnstap', '--down', 'eu', '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect((JSON.parse(stdout) as { queries: number }).queries).toBeGreaterThan(0);
  });

  test('a line that is none is told with its number', async () => {
    await writeFile(join(demo.directory, 'bad.jsonl'), '{"client":"192.0.2.1","qname":"a"}\nnot JSON\n');
    const { code, stderr } = await dnsteer('replay', 'bad.jsonl', '--down', 'eu');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: bad\.jsonl:2: /)]);
  });
});
