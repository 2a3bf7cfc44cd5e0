import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, needing, run, runDnsteer, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';
import { CLI } from './harness.ts';

const ZONE = `$TTL 300
@ SOA ns1 hostmaster 7 3600 600 1209600 300
@ NS ns1
@ NS ns2.example.net.
ns1 A 192.0.2.53
ns1 AAAA 2001:db8::53
static A 192.0.2.80
alias CNAME www
big TXT ${`"${'x'.repeat(250)}" `.repeat(10)}
`;
const PLAIN = '$TTL 300\n@ SOA ns hostmaster 1 3600 600 1209600 300\n@ NS ns\n';

const config = (port: number) => `server: { listen: ["127.0.0.1:${port}"] }
pools:
  eu: { location: { country: DE }, endpoints: [{ name: fra1, addresses: [198.51.100.1, "2001:db8::1"] }] }
  us: { location: { country: US }, endpoints: [{ name: iad1, addresses: [203.0.113.1] }] }
policies:
  web: { pools: [eu, us], chain: [up, nearest, { first: 1 }] }
zones:
  example.com: { file: example.com.zone, steer: { www: web }, dnssec: {} }
  plain.example: { file: plain.zone }
`;

let server: Server;
let directory: string;
beforeAll(async () => {
  server = await startDnsteer({
    config: ({ port }) => config(port),
    files: { 'example.com.zone': ZONE, 'plain.zone': PLAIN },
    zone: 'example.com',
  });
  ({ directory } = server);
});
afterAll(() => server?.stop());

const dnsteer = (...args: string[]) => runDnsteer(args, { cwd: directory });
const lines = (text: string) => text.trimEnd().split('\n');

describe('check', () => {
  test('says what is there, and what is likely not meant', async () => {
    expect(await dnsteer('check')).toMatchObject({
      code: 0,
      stdout:
        './dnsteer.yaml: 2 zones (example.com. plain.example.), 2 pools, 1 policy: fine\n  www.example.com. by web: 2 variants of A, 1 variant of AAAA\n',
      stderr: expect.stringMatching(/^warning: .*plain\.zone:3:6: expected an A or AAAA record of ns\.plain\.example\., .*\n$/),
    });
  });

  test('starts nothing and makes nothing: no keys, no socket', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'dnsteer-check-'));
    try {
      await writeFile(join(empty, 'dnsteer.yaml'), config(await freePort()));
      await writeFile(join(empty, 'example.com.zone'), ZONE);
      await writeFile(join(empty, 'plain.zone'), PLAIN);
      expect((await runDnsteer(['check'], { cwd: empty })).code).toBe(0);
      expect((await readdir(empty)).sort()).toEqual(['dnsteer.yaml', 'example.com.zone', 'plain.zone']);
    } finally {
      await rm(empty, { recursive: true });
    }
  });

  test('says everything that is wrong, with its places', async () => {
    const spoiled = await mkdtemp(join(tmpdir(), 'dnsteer-check-'));
    try {
      const check = () => runDnsteer(['check'], { cwd: spoiled });
      await writeFile(join(spoiled, 'dnsteer.yaml'), `${config(5300)}geo: { databases: [none.mmdb] }\n`);
      await writeFile(join(spoiled, 'plain.zone'), PLAIN);
      const files = await check();
      expect(files).toMatchObject({ code: 1, stdout: '' });
      expect(lines(files.stderr)).toEqual([
        expect.stringMatching(/^error: dnsteer\.yaml:8:24: zones\.example\.com\.file: can't be read: ENOENT/),
        expect.stringMatching(/^error: dnsteer\.yaml:10:20: geo\.databases\[0\]: .*none\.mmdb can't be read: ENOENT/),
      ]);

      await writeFile(join(spoiled, 'dnsteer.yaml'), config(5300));
      await writeFile(join(spoiled, 'example.com.zone'), `${ZONE}a A 1\nb AAAA 2\nwww CNAME static\n`);
      await writeFile(join(spoiled, 'plain.zone'), '@ NS ns\n');
      const zones = await check();
      expect(zones).toMatchObject({ code: 1, stdout: '' });
      expect(lines(zones.stderr).map((line) => /(example\.com|plain)\.zone(:\d+:\d+)?/.exec(line)?.[0])).toEqual([
        'example.com.zone:10:5',
        'example.com.zone:11:8',
        'plain.zone:1:1',
      ]);

      await writeFile(join(spoiled, 'example.com.zone'), `${ZONE}www CNAME static\n`);
      await writeFile(join(spoiled, 'plain.zone'), PLAIN);
      const beside = await check();
      expect(beside).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: .*example\.com\.zone.*CNAME.*\n$/) });
    } finally {
      await rm(spoiled, { recursive: true });
    }
  });
});

describe('explain', () => {
  const explain = (...args: string[]) => dnsteer('explain', ...args);

  test('a steered name: the filters, the answer, its TTL and scope', async () => {
    const { code, stdout, stderr } = await explain('www.example.com', 'a', '--client', '88.198.0.0/24');
    expect([code, stderr]).toEqual([0, '']);
    expect(lines(stdout)[0]).toBe('www.example.com. A for 88.198.0.0/24');
    expect(stdout).toMatch(/^location {2}DE, EU, [\d.]+ [\d.]+, for a \/\d+$/m);
    expect(stdout).toMatch(/^answer {4}198\.51\.100\.1 \(eu\/fra1\)$/m);
    expect(stdout).toMatch(/^ttl {7}60 s: /m);
    expect(stdout).toMatch(/^scope {5}\/\d+: nearest looked at the client/m);
  });

  test('--live: as the running server sees it', async () => {
    const live = await explain('alias.example.com', 'AAAA', '--client', '12.0.0.1', '--live');
    expect(live.stdout).toMatch(/^alias {5}alias\.example\.com\. 300 CNAME www\.example\.com\.$/m);
    expect(live.stdout).toMatch(/^answer {4}2001:db8::1 \(eu\/fra1\)$/m);
  });

  test('--health: with the states in a file; what is wrong in it is told by line and column', async () => {
    await writeFile(join(directory, 'states.yaml'), 'eu: down\n');
    const down = await explain('www.example.com', 'A', '--client', '88.198.0.0/24', '--health', 'states.yaml');
    expect(down.stdout).toMatch(/^ {2}up .*\n.*pool eu is down \(0 of 1 up\)$/m);
    expect(down.stdout).toMatch(/^answer {4}203\.0\.113\.1 \(us\/iad1\)$/m);
    await writeFile(join(directory, 'states.yaml'), 'eu: down\nus/iad9: up\nus: maybe\n');
    expect(await explain('www.example.com', 'A', '--client', '88.198.0.0/24', '--health', 'states.yaml')).toMatchObject({
      code: 1,
      stderr:
        'error: states.yaml:2:1: us/iad9: expected one of eu, eu/fra1, us, us/iad1\nerror: states.yaml:3:5: us: found "maybe", expected up or down\n',
    });
  });

  test('--at: at another time; not of what runs now', async () => {
    await writeFile(
      join(directory, 'hours.yaml'),
      config(await freePort()).replace(
        /chain: \[[^\]]*\]/,
        'chain: [{ when: { from: "08:00", to: "18:00", inside: [{ priority: { us: 1 } }], outside: [{ priority: { eu: 1 } }] } }, { first: 1 }]',
      ),
    );
    const answerAt = async (time: string) => {
      const { stdout, stderr } = await explain('www.example.com', 'A', '--client', '88.198.0.0/24', '-c', 'hours.yaml', '--at', time);
      expect(stderr).toBe('');
      return /^answer {4}\S+ \((\S+)\)$/m.exec(stdout)?.[1];
    };
    expect(await answerAt('2026-07-15T12:00:00Z')).toBe('us/iad1');
    expect(await answerAt('2026-07-15T20:00:00Z')).toBe('eu/fra1');
    expect(await answerAt('1784116800')).toBe('us/iad1');
  });

  test('a static name, and one that is not ours', async () => {
    expect((await explain('static.example.com', 'A', '--client', '192.0.2.1')).stdout).toMatch(
      / 300 A 192\.0\.2\.80\nscope {5}0: the same for every client\n$/,
    );
    const elsewhere = await explain('www.example.org', 'A', '--client', '192.0.2.1');
    expect(elsewhere).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/REFUSED: no zone of ours encloses that name\nerror {5}20 NOT_AUTHORITATIVE\n$/),
    });
  });

  test('--json', async () => {
    const { stdout } = await explain('www.example.com', 'A', '--client', '12.0.0.0/24', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'www.example.com.',
      type: 'A',
      client: '12.0.0.0/24',
      links: [{ zone: 'example.com.', found: 'steered' }],
      policy: 'web',
      location: { country: 'US' },
      decision: {
        status: 'chosen',
        answers: ['203.0.113.1'],
        endpoints: ['us/iad1'],
        trace: [{ filter: 'up' }, { filter: 'nearest' }, { filter: 'first' }],
      },
    });
  });

  test.each([
    [
      ['www.example.com', 'A', '--client', 'nowhere'],
      /^error: client: found "nowhere", expected an address, or an address and a prefix length/,
    ],
    [['www.example.com', 'A', '--client', '192.0.2.0/33'], /^error: client: found "192\.0\.2\.0\/33", expected/],
    [['www.example.com', 'AAA', '--client', '192.0.2.1'], /^error: found type "AAA", expected a mnemonic/],
    [['w..w', 'A', '--client', '192.0.2.1'], /^error: .*w\.\.w/],
    [
      ['www.example.com', 'A', '--client', '192.0.2.1', '--seed', 'x'],
      /^error: option '--seed <number>' argument 'x' is invalid\. Expected a whole number\./,
    ],
    [
      ['www.example.com', 'A', '--client', '192.0.2.1', '--live', '--at', '0'],
      /^error: option '--live' cannot be used with option '--at <time>'/,
    ],
    [['www.example.com', 'A', '--client', '192.0.2.1', '--at', 'noon'], /^error: .*'noon' is invalid\. Expected a time such as 2026/],
    [['www.example.com', 'A'], /^error: required option '--client <prefix>' not specified/],
  ])('%j', async (args, message) => {
    expect(await explain(...args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });
});

describe('query', () => {
  const query = (...args: string[]) => dnsteer('query', '--server', `127.0.0.1:${server.port}`, ...args);

  test('header, EDNS, question and sections', async () => {
    const { code, stdout } = await query('static.example.com');
    expect(code).toBe(0);
    const [header, edns, question, , section, record, , time] = lines(stdout);
    expect(header).toMatch(/^; NOERROR, flags: qr aa, id: \d+$/);
    expect([edns, question, section, record]).toEqual([
      '; EDNS: version 0, flags:; udp 1232',
      ';static.example.com. IN A',
      '; ANSWER',
      'static.example.com. 300 IN A 192.0.2.80',
    ]);
    expect(time).toMatch(new RegExp(`^; [\\d.]+ ms, \\d+ octets, UDP, 127\\.0\\.0\\.1 port ${server.port}$`));
  });

  test('--client shows the scope', async () => {
    const { stdout } = await query('www.example.com', '--client', '88.198.0.0/24');
    expect(stdout).toMatch(/^; client subnet 88\.198\.0\.0\/24, scope \/[1-9]\d*$/m);
    expect(stdout).toContain('www.example.com. 60 IN A 198.51.100.1');
  });

  test('--dnssec brings signatures', async () => {
    expect((await query('static.example.com', 'A', '--dnssec')).stdout).toMatch(
      /^static\.example\.com\. 300 IN RRSIG A 13 3 300 \d{14} \d{14} \d+ example\.com\. \S+$/m,
    );
  });

  test('--tcp, and TCP by itself after TC (RFC 7766 5)', async () => {
    expect((await query('static.example.com', 'A', '--tcp')).stdout).toContain('octets, TCP, ');
    const big = await query('big.example.com', 'TXT');
    expect(big.stdout).toContain('octets, TCP, ');
    expect(big.stdout).toContain('x'.repeat(250));
  });

  test('--short is the data alone', async () => {
    expect((await query('example.com', 'NS', '--short')).stdout.split('\n').sort()).toEqual(['', 'ns1.example.com.', 'ns2.example.net.']);
  });

  test('NXDOMAIN is an answer: the SOA is in the authority section', async () => {
    const { code, stdout } = await query('nope.example.com');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^; NXDOMAIN, flags: qr aa/);
    expect(stdout).toMatch(
      /; AUTHORITY\nexample\.com\. 300 IN SOA ns1\.example\.com\. hostmaster\.example\.com\. 7 3600 600 1209600 300\n/,
    );
  });

  test.each([
    [['www.example.com', '--server', '127.0.0.1:9'], /^error: nobody listens on UDP port 9 on 127\.0\.0\.1: check address and port\n$/],
    [
      ['www.example.com', '--server', '127.0.0.1:9', '--tcp'],
      /^error: nobody listens on TCP port 9 on 127\.0\.0\.1: check address and port\n$/,
    ],
    [
      ['www.example.com', '--server', '[::1'],
      /^error: found server "\[::1", expected an address with or without a port, such as 127\.0\.0\.1:5300 or \[::1\]:5300\n$/,
    ],
    [['www.example.com', '--server', '127.0.0.1:70000'], /^error: .*port.*70000\n$/],
    [['www.example.com', '--server', 'ns1.example.com'], /^error: .*IP address.*ns1\.example\.com/],
    [['www.example.com', 'AA'], /^error: found type "AA", expected a mnemonic such as A, or TYPE65280\n$/],
    [['www..example.com'], /^error: .*www\.\.example\.com/],
    [['www.example.com', '--client', 'x'], /^error: found client "x", expected a prefix such as 81\.2\.69\.0\/24\n$/],
    [['www.example.com', '--timeout', 'x'], /^error: option '--timeout <seconds>' argument 'x' is invalid\. Expected seconds/],
  ])('%j', async (args, message) => {
    expect(await dnsteer('query', ...args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });
});

// Both come in one Debian package.
needing(['dnssec-verify'], 'keys ds', () => {
  test('is what BIND makes of the DNSKEY', async () => {
    const { stdout } = await dnsteer('keys', 'ds', 'example.com');
    const [ds, dnskey] = lines(stdout);
    const bind = await run('dnssec-dsfromkey', ['-2', '-f', '-', 'example.com'], { input: `$TTL 300\n${dnskey}\n` });
    expect(bind.stdout.trim()).toBe(ds);
  });
});

describe('keys', () => {
  test('list and anchor tell the same key as ds', async () => {
    const [list, anchor, ds] = await Promise.all([
      dnsteer('keys', 'list', 'example.com'),
      dnsteer('keys', 'anchor', 'EXAMPLE.com.'),
      dnsteer('keys', 'ds', 'example.com'),
    ]);
    const tag = / IN DS (\d+) /.exec(ds.stdout)?.[1];
    expect(list.stdout).toBe(`example.com. key tag ${tag}, algorithm 13, flags 257\n`);
    const key = / DNSKEY 257 3 13 (\S+)$/m.exec(ds.stdout)?.[1];
    expect(anchor.stdout).toBe(`trust-anchors {\n  "example.com." static-key 257 3 13 "${key}";\n};\n`);
  });

  test.each([
    ['ds', 'example.org', /^error: found zone "example\.org", expected one of example\.com\., plain\.example\.\n$/],
    ['ds', 'plain.example', /^error: zone plain\.example is not signed: there is no "dnssec" in its configuration\n$/],
    ['anchor', 'plain.example', /^error: zone plain\.example is not signed/],
  ])('%s %s', async (command, zone, message) => {
    expect(await dnsteer('keys', command, zone)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });
});

describe('delegation', () => {
  test('of a signed zone: name servers, glue of those inside, DS', async () => {
    const [{ stdout }, ds] = await Promise.all([dnsteer('delegation', 'example.com'), dnsteer('keys', 'ds', 'example.com')]);
    expect(stdout).toContain('Enter at the registrar of example.com.\n\nName servers (NS):\n  ns1.example.com.\n  ns2.example.net.\n');
    expect(stdout).toMatch(/Glue: [^\n]+\n {2}ns1\.example\.com\. A {4}192\.0\.2\.53\n {2}ns1\.example\.com\. AAAA 2001:db8::53\n\n/);
    for (const line of lines(ds.stdout)) expect(stdout).toContain(`  ${line}\n`);
  });

  test('of a plain zone: no DS, and what is missing', async () => {
    const { stdout } = await dnsteer('delegation', 'plain.example');
    expect(stdout).toContain('ns.plain.example. has no address in the zone: add an A or AAAA record, or nobody will find it');
    expect(stdout).toContain('Only one name server: most registrars ask for two');
    expect(stdout).toContain('The zone is not signed: leave DS empty, and remove what is there.');
  });
});

describe('the command line', () => {
  test('schema is JSON Schema', async () => {
    expect(JSON.parse((await dnsteer('schema')).stdout)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'dnsteer configuration',
      type: 'object',
    });
  });

  test('--help names every command; it is no failure', async () => {
    const { code, stdout } = await dnsteer('--help');
    expect(code).toBe(0);
    for (const command of [
      'serve',
      'check',
      'explain',
      'simulate',
      'replay',
      'reload',
      'pool',
      'health',
      'delegation',
      'keys',
      'query',
      'schema',
      'demo',
    ])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
  });

  test.each([
    [['frobnicate'], /^error: unknown command 'frobnicate'/],
    [['check', '--confg', 'x'], /^error: unknown option '--confg'/],
    [['explain', 'www.example.com', '--client', '192.0.2.1'], /^error: missing required argument 'type'/],
    [['pool', 'eu', 'sideways'], /^error: .*'sideways' is invalid for argument 'action'\. Allowed choices are down, drain, force-up, up\./],
    [
      ['pool', 'ap', 'down'],
      /^error: found "ap", expected a pool \(eu, us\), one endpoint, such as "eu\/endpoint", or a glob, such as "eu\/\*"\n$/,
    ],
    [['reload', '--config', 'none.yaml'], /^error: none\.yaml: there is no such file: name the configuration with --config\n$/],
  ])('%j is told, with exit code 1', async (args, message) => {
    expect(await dnsteer(...args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('when no server runs, it says so', async () => {
    await writeFile(join(directory, 'other.yaml'), 'server: { control: other.sock }\n');
    expect(await dnsteer('health', '--config', 'other.yaml')).toMatchObject({
      code: 1,
      stderr: `error: no server is running at ${join(directory, 'other.sock')}: start it with "dnsteer serve", or name its configuration with --config\n`,
    });
  });

  test('pool and health', async () => {
    expect((await dnsteer('pool', 'eu/fra1', 'down')).stdout).toBe('eu/fra1 (1 endpoint): down, until "pool eu/fra1 up"\n');
    expect((await dnsteer('health')).stdout).toMatch(/│ eu\/fra1 {2}│ 198\.51\.100\.1 │ not probed │ down {5}│ no {7}│/);
    expect((await dnsteer('pool', 'eu', 'up')).stdout).toBe('eu (1 endpoint): up again as soon as their probes say so\n');
    expect((await dnsteer('health')).stdout).toMatch(/│ eu\/fra1 {2}│ 198\.51\.100\.1 │ not probed │ {10}│ yes {6}│/);
  });

  test('pool: by a glob, for a time, with a note; and what there is', async () => {
    expect((await dnsteer('pool')).stdout).toBe('no operator says anything: probes decide\n');
    expect((await dnsteer('pool', '*/fra?', 'drain', '--for', '2h', '--note', 'new kernel')).stdout).toBe(
      '*/fra? (1 endpoint): drained: not answered, for 2h\n',
    );
    expect((await dnsteer('pool')).stdout).toMatch(/│ \*\/fra\? │ drain │ 20\d\d-[\dT:.-]+Z │ operator │ 1 {9}│ new kernel │/);
    expect((await dnsteer('health')).stdout).toMatch(/│ drain until 20\S+Z \(new kernel\) │ no {7}│/);
    const { stdout } = await dnsteer(
      'query',
      'www.example.com',
      '--server',
      `127.0.0.1:${server.port}`,
      '--client',
      '88.198.0.0/24',
      '--short',
    );
    expect(stdout).toBe('203.0.113.1\n');
    expect((await dnsteer('pool', '*', 'up')).code).toBe(0);
    expect((await dnsteer('pool')).stdout).toBe('no operator says anything: probes decide\n');
    expect(await dnsteer('pool', 'eu', 'down', '--for', 'ever')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/'ever' is invalid\. Expected a duration such as 30m or 2h\./),
    });
    expect(await dnsteer('pool', 'eu')).toMatchObject({
      code: 1,
      stderr: 'error: expected what to do with eu: down, drain, force-up, up\n',
    });
  });

  test('a link to it, as npm makes one, runs', async () => {
    await symlink(CLI, join(directory, 'dnsteer'));
    expect((await run(join(directory, 'dnsteer'), ['--help'])).code).toBe(0);
  });
});
