import type { DnsServer } from 'dnsteer';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from '../../../../tooling/testkit/index.ts';
import { ecsScope, lines } from '../fixtures.ts';
import { ask, eventually, type Program, path, startProgram } from './program.ts';

// examples/*.ts as Node 20 runs them, compiled; and as they stand, where Node reads TypeScript.
const typescript = (name: string) => [
  `examples/dist/${name}.js`,
  ...((process.features as { typescript?: string | false }).typescript ? [`examples/${name}.ts`] : []),
];

beforeAll(async () => {
  const compiled = await run(process.execPath, [path('node_modules/typescript/bin/tsc'), '-p', path('examples')]);
  expect(compiled.stdout).toBe('');
});

function running(file: string, options?: Parameters<typeof startProgram>[1]) {
  const found = {} as { program: Program };
  beforeAll(async () => {
    found.program = await startProgram(file, options);
  });
  afterAll(async () => {
    // It is still there, and has nothing to complain about but that require() loads ES modules, new in Node 20.
    expect(await found.program.stop()).toBe('SIGTERM');
    expect(found.program.stderr().replace(/^.*ExperimentalWarning.*\n.*--trace-warnings.*\n/m, '')).toBe('');
  });
  return {
    addresses: () => found.program.addresses,
    program: () => found.program,
    query: (name: string, type: string, subnet?: string) => ask(found.program.addresses[0]!, name, type, subnet),
    answers: async (name: string, type: string, subnet?: string) =>
      lines((await ask(found.program.addresses[0]!, name, type, subnet)).answers),
  };
}

const US = { A: 'A 203.0.113.20', AAAA: 'AAAA 2001:db8:30::20' };

describe.each([...typescript('geo'), 'examples/geo.cjs'])('%s', (file) => {
  const { answers, query } = running(file);

  test.each([
    ['A', [`www.example.com 60 ${US.A}`]],
    ['AAAA', [`www.example.com 60 ${US.AAAA}`]],
    ['ANY', [`www.example.com 60 ${US.A}`, `www.example.com 60 ${US.AAAA}`]],
    ['MX', []],
  ])('by req.remoteAddress, %s: 127.0.0.1 is in no country, whatever subnet is told', async (type, expected) => {
    expect(await answers('www.example.com', type)).toEqual(expected);
    const reply = await query('www.example.com', type, '53.0.0.0/24');
    expect([reply.rcode, lines(reply.answers), ecsScope(reply)]).toEqual(['NOERROR', expected, 0]);
  });

  test.each([
    ['53.0.0.0/24', 'A', ['client.example.com 60 A 198.51.100.20']],
    ['53.0.0.0/24', 'AAAA', ['client.example.com 60 AAAA 2001:db8:20::20']],
    ['133.1.1.0/24', 'ANY', ['client.example.com 60 A 192.0.2.20', 'client.example.com 60 AAAA 2001:db8:40::20']],
    ['2001:200::/48', 'A', ['client.example.com 60 A 192.0.2.20']],
    ['12.0.0.0/24', 'A', [`client.example.com 60 ${US.A}`]],
  ])('by req.client, %s %s', async (subnet, type, expected) => {
    const reply = await query('client.example.com', type, subnet);
    expect(lines(reply.answers)).toEqual(expected);
    expect(ecsScope(reply)).toBeGreaterThan(0);
  });

  test('other names are refused', async () => {
    expect((await query('example.org', 'A')).rcode).toBe('REFUSED');
  });
});

test('examples/geo.ts answers by the country of req.remoteAddress', async () => {
  vi.stubEnv('PORT', '0');
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const { server } = (await import(path('examples/dist/geo.js'))) as { server: DnsServer };
  try {
    const answer = async (client: string) => lines((await server.query('www.example.com', 'A', { client })).answers);
    expect(await answer('53.0.0.1')).toEqual(['www.example.com 60 A 198.51.100.20']);
    expect(await answer('133.1.1.1')).toEqual(['www.example.com 60 A 192.0.2.20']);
    expect(await answer('2001:200::1')).toEqual(['www.example.com 60 A 192.0.2.20']);
    expect(await answer('12.0.0.1')).toEqual(['www.example.com 60 A 203.0.113.20']);
  } finally {
    await server.close(0);
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }
});

describe.each(typescript('health'))('%s', (file) => {
  const { answers, program } = running(file);
  const addresses = async (type: string) => (await answers('www.example.com', type)).map((line) => line.split(' ').slice(2).join(' '));
  const post = (region: string, state: 'up' | 'down') => {
    const [, url] = new RegExp(`(http://127\\.0\\.0\\.1:\\d+)/down +# ${region};`).exec(program().stdout())!;
    return fetch(`${url}/${state}`, { method: 'POST' });
  };
  const ALL = ['A 198.51.100.20', 'A 203.0.113.20', 'A 192.0.2.20'];

  test('answers every region that is up; with all of them down, all; and goes on when they recover', async () => {
    await eventually(program().stdout, (log) => log.includes('eu: unknown -> up (HTTP 200)'));
    expect(await addresses('A')).toEqual(ALL);
    expect(await addresses('ANY')).toHaveLength(6);
    await post('eu', 'down');
    expect(
      await eventually(
        () => addresses('A'),
        (found) => found.length < 3,
      ),
    ).toEqual(ALL.slice(1));
    expect(await addresses('AAAA')).toEqual(['AAAA 2001:db8:30::20', 'AAAA 2001:db8:40::20']);
    await post('us', 'down');
    expect(
      await eventually(
        () => addresses('A'),
        (found) => found.length < 2,
      ),
    ).toEqual(ALL.slice(2));
    await post('ap', 'down');
    expect(
      await eventually(
        () => addresses('A'),
        (found) => found.length > 1,
      ),
    ).toEqual(ALL);
    await post('us', 'up');
    expect(
      await eventually(
        () => addresses('A'),
        (found) => found.length < 3,
      ),
    ).toEqual([ALL[1]]);
    expect(program().stdout()).toContain('eu: up -> down (HTTP 503, expected 200)');
  });

  test('is kept no longer than a state is sure to last', async () => {
    for (const line of await answers('www.example.com', 'A')) expect(Number(line.split(' ')[1])).toBeLessThanOrEqual(2);
  });
});

describe('examples/health.mjs', () => {
  const { answers, program } = running('examples/health.mjs');
  const EU = 'www.example.com 30 A 198.51.100.20';
  const US_ALONE = 'www.example.com 30 A 203.0.113.20';
  const count = (length: number) => (found: string[]) => found.length === length;

  test('answers the regions that are healthy; with none, all', async () => {
    expect(await answers('www.example.com', 'A')).toEqual([EU, US_ALONE]);
    expect(await answers('www.example.com', 'AAAA')).toHaveLength(2);
    expect(await answers('www.example.com', 'ANY')).toHaveLength(4);
    program().type('eu down');
    expect(await eventually(() => answers('www.example.com', 'A'), count(1))).toEqual([US_ALONE]);
    program().type('us down');
    expect(await eventually(() => answers('www.example.com', 'A'), count(2))).toEqual([EU, US_ALONE]);
    program().type('eu up');
    expect(await eventually(() => answers('www.example.com', 'A'), count(1))).toEqual([EU]);
  });
});

describe.each(typescript('canary'))('%s', (file) => {
  const { query, answers } = running(file);

  test('5 % of 2,000 networks get the canary, always the same ones, for A and AAAA alike', async () => {
    const canaries: string[] = [];
    for (let i = 0; i < 2000; i++) {
      const subnet = `10.${i >> 8}.${i & 255}.0/24`;
      const [line] = await answers('www.example.com', 'A', subnet);
      if (line === 'www.example.com 60 A 198.51.100.99') canaries.push(subnet);
      else expect(line).toBe('www.example.com 60 A 198.51.100.20');
    }
    // Of 2,000: 100, give or take 39 (four standard deviations; the hash is fixed, so this is no matter of luck).
    expect(Math.abs(canaries.length - 100)).toBeLessThan(39);
    for (const subnet of canaries.slice(0, 5)) {
      const reply = await query('www.example.com', 'ANY', subnet);
      expect(lines(reply.answers)).toEqual(['www.example.com 60 A 198.51.100.99', 'www.example.com 60 AAAA 2001:db8:20::99']);
      expect(ecsScope(reply)).toBe(24);
    }
  });
});

describe.each(typescript('ecs'))('%s', (file) => {
  const { query } = running(file);

  test.each([
    ['www.example.com', 'A', '53.1.2.0/24', ['www.example.com 60 A 198.51.100.20'], 8],
    ['www.example.com', 'ANY', '53.1.2.0/24', ['www.example.com 60 A 198.51.100.20', 'www.example.com 60 AAAA 2001:db8:20::1'], 8],
    ['www.example.com', 'AAAA', '133.1.0.0/16', ['www.example.com 60 AAAA 2001:db8:30::1'], 16],
    ['www.example.com', 'A', '0.0.0.0/0', ['www.example.com 60 A 198.51.100.30'], 0],
    ['www.example.com', 'MX', '53.1.2.0/24', [], 0],
    ['whoami.example.com', 'A', '53.1.2.0/24', [], 0],
  ])('RFC 7871 7.2.1: %s %s from %s: the scope says for which network it holds', async (name, type, subnet, expected, scope) => {
    const reply = await query(name, type, subnet);
    expect([reply.rcode, lines(reply.answers), ecsScope(reply)]).toEqual(['NOERROR', expected, scope]);
  });

  test('whoami says whom it takes you for', async () => {
    const text = async (subnet?: string) =>
      String(((await query('whoami.example.com', 'TXT', subnet)).answers[0]!.data as Uint8Array[])[0]);
    expect(await text('53.1.2.0/24')).toBe('53.1.2.0/24 by ecs, in DE');
    expect(await text()).toBe('127.0.0.1/32 by address, in no country');
  });
});

describe.each(typescript('name-servers'))('%s', (file) => {
  const { addresses } = running(file, { addresses: 2 });

  test('both name servers answer, with the same zone', async () => {
    expect(addresses().map(({ host }) => host)).toEqual(['127.0.0.1', '127.0.0.2']);
    for (const at of addresses()) {
      const ns = await ask(at, 'example.com', 'NS');
      expect(ns.flag_aa).toBe(true);
      expect(lines(ns.answers)).toEqual(['example.com 3600 NS ns1.example.com', 'example.com 3600 NS ns2.example.com']);
      expect(lines(ns.additionals)).toEqual(['ns1.example.com 3600 A 127.0.0.1', 'ns2.example.com 3600 A 127.0.0.2']);
      expect((await ask(at, 'example.com', 'SOA')).answers).toMatchObject([
        { type: 'SOA', data: { mname: 'ns1.example.com', serial: 2026112201 } },
      ]);
      expect(lines((await ask(at, 'www.example.com', 'A')).answers)).toEqual(['www.example.com 30 A 192.0.2.10']);
      expect(lines((await ask(at, 'www.example.com', 'AAAA')).answers)).toEqual(['www.example.com 30 AAAA 2001:db8::10']);
      expect(lines((await ask(at, 'www.example.com', 'ANY')).answers)).toEqual(['www.example.com 30 A 192.0.2.10']);
    }
  });

  test('RFC 1034 4.3.2: a name below the delegation is a referral with glue, one that is not there NXDOMAIN with the SOA', async () => {
    const [at] = addresses();
    const referral = await ask(at!, 'a.child.example.com', 'A');
    expect([referral.flag_aa, referral.answers]).toEqual([false, []]);
    expect(lines(referral.authorities)).toEqual(['child.example.com 3600 NS ns.child.example.com']);
    expect(lines(referral.additionals)).toEqual(['ns.child.example.com 3600 A 192.0.2.54']);
    const absent = await ask(at!, 'nix.example.com', 'A');
    expect([absent.rcode, lines(absent.authorities)]).toEqual(['NXDOMAIN', ['example.com 300 SOA']]);
  });
});
