import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  delv,
  dig,
  needing,
  recordLines,
  runDnsteer,
  type Server,
  startDnsteer,
  startNamed,
  type TrustAnchor,
} from '../../../../tooling/testkit/index.ts';
import { until } from '../built/harness.ts';

const ZONE = `$TTL 300
@ SOA ns1 host 1 3600 600 86400 300
@ NS ns1
@ MX 10 mail
ns1 A 127.0.0.1
mail A 192.0.2.25
plain A 192.0.2.80
plain AAAA 2001:db8::80
empty TXT "no address"
chain CNAME www
out CNAME www.example.net.
`;
/** What is out there: a server that answers as a resolver would. */
const FOREIGN = (serial: number, address: string) => `$TTL 5
@ SOA ns1 host ${serial} 3600 600 86400 5
@ NS ns1
ns1 A 127.0.0.1
cdn CNAME edge
edge A ${address}
edge A 203.0.113.78
`;
const config = (port: number, resolver: number) => `server: { listen: ["127.0.0.1:${port}"], resolvers: ["127.0.0.1:${resolver}"] }
pools:
  eu: { location: { country: DE }, endpoints: [{ name: fra1, addresses: [198.51.100.1] }] }
  us: { location: { country: US }, endpoints: [{ name: iad1, addresses: [203.0.113.1] }] }
policies: { web: { pools: [eu, us], ttl: { max: 40 }, chain: [up, nearest, { first: 1 }] } }
zones:
  example.com:
    file: example.com.zone
    steer: { www: web }
    alias: { "@": www.example.com, a: plain.example.com, b: empty.example.com, c: chain.example.com, d: "@.example.com.", e: a.example.com, cdn: cdn.foreign.test, dead: dead.foreign.test,
      one: two.example.com, two: one.example.com, gone: no.example.com, leaves: out.example.com }
    dnssec: {}
`;

needing(['dig', 'delv', 'named'], 'aliases with addresses (ALIAS)', () => {
  let foreign: Server;
  let server: Server;
  let anchor: TrustAnchor;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dnsteer-foreign-'));
    const file = join(directory, 'foreign.zone');
    await writeFile(file, FOREIGN(1, '203.0.113.77'));
    foreign = await startNamed({ zones: [{ origin: 'foreign.test', file }] });
    server = await startDnsteer({
      config: ({ port }) => config(port, foreign.port),
      files: { 'example.com.zone': ZONE },
      zone: 'example.com',
    });
    const { stdout } = await runDnsteer(['keys', 'ds', 'example.com'], { cwd: server.directory });
    anchor = { zone: 'example.com', ds: /\sDS\s+(.+)/.exec(stdout)![1]! };
  });
  afterAll(async () => {
    await server?.stop();
    await foreign?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const ask = async (name: string, type: string, ...options: string[]) => {
    const { answer, rcode } = await dig(server, name, type, ...options);
    return [rcode, ...recordLines(answer)];
  };
  const dnsteer = (...args: string[]) => runDnsteer(args, { cwd: server.directory });

  test('at the apex, of a name that is steered: as that would be answered to this client, with its scope', async () => {
    for (const [subnet, address] of [
      ['88.198.0.0/24', '198.51.100.1'],
      ['12.0.0.0/24', '203.0.113.1'],
    ] as const) {
      const own = await dig(server, 'example.com', 'A', `+subnet=${subnet}`);
      const target = await dig(server, 'www.example.com', 'A', `+subnet=${subnet}`);
      expect(recordLines(own.answer)).toEqual([`example.com. A ${address}`]);
      expect(own.edns?.clientSubnet?.scopePrefix).toBe(target.edns?.clientSubnet?.scopePrefix);
      expect(own.answer[0]!.ttl).toBe(target.answer[0]!.ttl);
    }
    expect(await ask('example.com', 'MX')).toEqual(['NOERROR', 'example.com. MX 10 mail.example.com.']);
    expect((await ask('example.com', 'NS'))[1]).toBe('example.com. NS ns1.example.com.');
  });

  test.each([
    ['a', 'A', ['NOERROR', 'a.example.com. A 192.0.2.80']],
    ['a', 'AAAA', ['NOERROR', 'a.example.com. AAAA 2001:db8::80']],
    ['b', 'A', ['NOERROR']],
    // Through a CNAME, an alias, the apex: its owner is the one that was asked for.
    ['c', 'AAAA', ['NOERROR']],
    ['e', 'A', ['NOERROR', 'e.example.com. A 192.0.2.80']],
    ['one', 'A', ['SERVFAIL']],
    ['gone', 'A', ['SERVFAIL']],
    ['leaves', 'A', ['SERVFAIL']],
    ['dead', 'A', ['SERVFAIL']],
    ['cdn', 'A', ['NOERROR', 'cdn.example.com. A 203.0.113.77', 'cdn.example.com. A 203.0.113.78']],
    ['cdn', 'AAAA', ['NOERROR']],
  ])('%s %s', async (name, type, lines) => {
    expect(await ask(`${name}.example.com`, type)).toEqual(lines);
  });

  test('the reason of a SERVFAIL is told (RFC 8914)', async () => {
    const told = async (name: string) => (await dnsteer('query', `${name}.example.com`, '-s', `127.0.0.1:${server.port}`)).stdout;
    expect(await told('one')).toContain('aliases lead on and on');
    expect(await told('gone')).toContain('the alias leads to NXDOMAIN');
    expect(await told('leaves')).toContain('the alias leads out of the zones that are served here');
    expect(await told('dead')).toContain('the alias is not resolved yet');
  });

  test.each([
    ['example.com', 'A', 'fully validated'],
    ['example.com', 'AAAA', 'negative response, fully validated'],
    ['a.example.com', 'AAAA', 'fully validated'],
    ['b.example.com', 'A', 'negative response, fully validated'],
    ['b.example.com', 'MX', 'negative response, fully validated'],
    ['cdn.example.com', 'A', 'fully validated'],
    ['cdn.example.com', 'AAAA', 'negative response, fully validated'],
  ])('delv: %s %s: %s', async (name, type, verdict) => {
    expect((await delv(server, anchor, name, type)).status).toBe(verdict);
  });

  test('explain: whose addresses they are, and why these', async () => {
    const own = await dnsteer('explain', 'example.com', 'A', '--client', '88.198.0.0/24', '--live');
    expect(own.stdout).toContain('has       the addresses of www.example.com.\n');
    expect(own.stdout).toMatch(/nearest {2}eu\/fra1 us\/iad1 -> eu\/fra1 \| us\/iad1/);
    const resolved = await dnsteer('explain', 'cdn.example.com', 'A', '--client', '88.198.0.0/24', '--live');
    expect(resolved.stdout).toMatch(/has {7}the addresses of cdn\.foreign\.test\., resolved at 20\d\d-/);
    expect(resolved.stdout).toContain('A 203.0.113.77');
    const rest = await dnsteer('explain', 'cdn.example.com', 'A', '--client', '88.198.0.0/24');
    expect(rest.stdout).toContain('known to the running server alone (--live)');
  });

  test('what changes there is answered when its TTL is over; what is not renewed is kept', { timeout: 60_000 }, async () => {
    await writeFile(join(directory, 'foreign.zone'), FOREIGN(2, '203.0.113.99'));
    process.kill(foreign.pid, 'SIGHUP');
    await until(
      async () => (await ask('cdn.example.com', 'A')).includes('cdn.example.com. A 203.0.113.99'),
      15_000,
      () => foreign.output(),
    );
    process.kill(foreign.pid, 'SIGKILL');
    // Longer than its TTL: RFC 8767 5.
    await sleep(8000);
    const { answer } = await dig(server, 'cdn.example.com', 'A');
    expect(recordLines(answer)).toEqual(['cdn.example.com. A 203.0.113.78', 'cdn.example.com. A 203.0.113.99']);
    expect(answer[0]!.ttl).toBe(30);
    expect(server.output()).toContain('alias: cdn.foreign.test (IPv4) could not be resolved');
  });

  test.each([
    ['alias: { "@": example.com }', 'zones.example.com.alias.@: found example.com., expected another name than the alias itself'],
    [
      'alias: { a: other.example.net }',
      'zones.example.com.alias.a: found other.example.net., which is in none of the zones: expected server.resolvers to ask for it',
    ],
    [
      'alias: { www: a.example.com }, steer: { www: web }',
      'zones.example.com.alias.www: www.example.com. is steered, so expected no alias there',
    ],
    ['alias: { a..b: a.example.com }', 'zones.example.com.alias'],
  ])('check: %s', async (zone, message) => {
    const pools = 'pools: { eu: { endpoints: [{ name: a, addresses: [192.0.2.1] }] } }\npolicies: { web: { pools: [eu], chain: [] } }\n';
    await writeFile(join(server.directory, 'bad.yaml'), `${pools}zones:\n  example.com: { file: example.com.zone, ${zone} }\n`);
    const { code, stderr } = await dnsteer('check', '-c', 'bad.yaml');
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});
