import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@dnsteer/geo';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { delv, dig, needing, run, runDnsteer, type Started } from '../../../../tooling/testkit/index.ts';
import { control, copyDemo, type DemoFolder, GERMANY, isGroupLeft, isListening, poolFor, startDemo, until } from './harness.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const INTERVAL_MS = 1000;
const RISE = 2;
const FALL = 3;
/** The second of the promise, and what a busy machine takes to start dig and to be asked. */
const SLACK_MS = 1000 + 1500;

/** The same request, on machines that have nothing but Node. */
function withoutCurl(command: string): string {
  return command.replace(/^curl -X POST (\S+)$/, `node -e 'fetch("$1", { method: "POST" })'`);
}

needing(['dig', 'delv'], 'the demo', () => {
  let demo: DemoFolder;
  let started: Started;
  beforeAll(async () => {
    demo = await copyDemo();
    started = await startDemo(demo, ROOT);
  });
  afterAll(async () => {
    await started?.stop();
    await demo?.remove();
  });

  /** The first and the last /24 of a shorter IPv4 prefix. */
  function endsOf(subnet: string, bits: number): string[] {
    const [a, b, c] = subnet.split('.').map(Number) as [number, number, number];
    const size = 2 ** (24 - bits);
    const first = Math.floor((a * 65_536 + b * 256 + c) / size) * size;
    return [first, first + size - 1].map((own) => `${own >> 16}.${(own >> 8) & 255}.${own & 255}.0/24`);
  }

  describe('steering', () => {
    test.each([
      ['Germany', GERMANY, 'eu'],
      ['the United States', '12.0.0.0/24', 'us'],
      ['Japan', '133.11.0.0/24', 'ap'],
    ])(
      '%s is led to its own pool, with a scope within which all are, no longer than what the database says',
      async (_country, subnet, pool) => {
        const reply = await dig(demo, 'www.example.com', 'A', `+subnet=${subnet}`);
        expect(await poolFor(demo.port, subnet)).toBe(pool);
        const { prefixLength } = (await openDatabase()).locateText(subnet.split('/')[0]!);
        const { sourcePrefix, scopePrefix } = reply.edns!.clientSubnet!;
        expect(sourcePrefix).toBe(24);
        expect(scopePrefix).toBeGreaterThan(0);
        expect(scopePrefix).toBeLessThanOrEqual(prefixLength);
        for (const end of endsOf(subnet, scopePrefix)) expect([end, await poolFor(demo.port, end)]).toEqual([end, pool]);
      },
    );

    test.each([
      ['a static name', 'static.example.com', 'NOERROR', 1],
      ['NODATA', 'www.example.com', 'NOERROR', 0],
      ['NXDOMAIN', 'nope.example.com', 'NXDOMAIN', 0],
    ])('RFC 7871 7.2.1, 7.4: the scope of %s is 0', async (what, name, rcode, answers) => {
      const reply = await dig(demo, name, what === 'NODATA' ? 'TXT' : 'A', `+subnet=${GERMANY}`);
      expect(reply).toMatchObject({ rcode, answer: { length: answers }, edns: { clientSubnet: { sourcePrefix: 24, scopePrefix: 0 } } });
    });

    test('RFC 7871 7.1.2: source 0 gets scope 0', async () => {
      const { edns } = await dig(demo, 'www.example.com', 'A', '+subnet=0.0.0.0/0');
      expect(edns?.clientSubnet).toMatchObject({ sourcePrefix: 0, scopePrefix: 0 });
    });
  });

  describe('DNSSEC', () => {
    const QUESTIONS = [
      ['a steered A', 'www.example.com', 'A', 'fully validated'],
      ['a steered AAAA', 'www.example.com', 'AAAA', 'fully validated'],
      ['a static AAAA', 'static.example.com', 'AAAA', 'fully validated'],
      ['an alias of a steered name', 'alias.example.com', 'A', 'fully validated'],
      ['a wildcard', 'anything.wild.example.com', 'A', 'fully validated'],
      ['NODATA', 'www.example.com', 'MX', 'negative response, fully validated'],
      ['NODATA at an empty non-terminal', 'empty.nonterminal.example.com', 'A', 'negative response, fully validated'],
      ['NXDOMAIN', 'nope.example.com', 'A', 'negative response, fully validated'],
      ['NODATA of a wildcard', 'anything.wild.example.com', 'AAAA', 'negative response, fully validated'],
    ] as const;

    let ds: string;
    beforeAll(async () => {
      const { stdout } = await runDnsteer(['keys', 'ds', 'example.com', '--config', demo.config]);
      ds = /^example\.com\. IN DS (\d+ 13 2 [0-9A-Fa-f]{64})$/m.exec(stdout)![1]!;
    });

    test.each(QUESTIONS)('%s validates by the DS that "keys ds" prints', async (_what, name, type, status) => {
      expect((await delv(demo, { zone: 'example.com', ds }, name, type)).status).toBe(status);
    });

    test('the keys lie beside the configuration, readable by their owner only', () => {
      expect(statSync(`${demo.directory}/keys`).mode & 0o777).toBe(0o700);
      expect(statSync(`${demo.directory}/keys/example.com`).mode & 0o777).toBe(0o700);
    });
  });

  // As a reader would copy them: in their order, from the folder that the demo was started in.
  test('every command line that it prints runs as printed', async () => {
    const lines = started.output().split('\n');
    const commands = lines.filter((line) => /^(dig|delv|node|curl) /.test(line));
    expect(
      commands.map(
        (line) =>
          line
            .replace(/^node \S+/, 'dnsteer')
            .split(' ')
            .slice(0, 2)[line.startsWith('node') ? 1 : 0],
      ),
    ).toEqual(['dig', 'dig', 'dig', 'query', 'keys', 'delv', 'pool', 'explain', 'pool', 'curl', 'health', 'curl']);
    const hasCurl = (await run('sh', ['-c', 'command -v curl'])).code === 0;
    const output: string[] = [];
    for (const command of commands) {
      const finished = await run('sh', ['-c', hasCurl ? command : withoutCurl(command)], { cwd: ROOT });
      expect([command, finished.code, finished.stderr.replace(/ +% Total[\s\S]*/, '')]).toEqual([command, 0, '']);
      output.push(finished.stdout);
    }
    const [german, american, japanese, query, , validated, , explained] = output;
    expect(german).toMatch(/CLIENT-SUBNET: 88\.198\.0\.0\/24\/\d+[\s\S]*\t198\.51\.100\.2[01]\n/);
    expect(american).toMatch(/\t203\.0\.113\.2[01]\n/);
    expect(japanese).toMatch(/\t192\.0\.2\.2[01]\n/);
    expect(query).toMatch(/^www\.example\.com\. \d+ IN A 198\.51\.100\.2[01]$/m);
    expect(validated).toContain('; fully validated');
    expect(explained).toMatch(/pool eu is down[\s\S]*answer {4}203\.0\.113\.2[01] \(us\//);
    await until(
      async () => (await poolFor(demo.port, GERMANY)) === 'eu',
      10_000,
      () => 'the pool comes back',
    );
  });

  const everythingIsUp = async () =>
    (await control<{ state: string; answered: boolean }[]>(demo.socket, 'health')).every(
      ({ state, answered }) => state === 'up' && answered,
    );

  test('a pool whose endpoints fail is left within fall x interval + 1 s, and comes back after rise x interval', async () => {
    const all = async (path: string) => {
      for (const endpoint of ['eu/fra1', 'eu/ams1']) {
        const { status } = await fetch(`http://127.0.0.1:${demo.backends[endpoint]}${path}`, { method: 'POST' });
        expect(status).toBe(200);
      }
    };
    await until(everythingIsUp, 10_000, () => 'every endpoint is up');
    expect(await poolFor(demo.port, GERMANY)).toBe('eu');
    await all('/fail');
    await until(
      async () => (await poolFor(demo.port, GERMANY)) === 'us',
      FALL * INTERVAL_MS + SLACK_MS,
      () => 'the German answer moves',
    );
    const { stdout } = await runDnsteer(['health', '--config', demo.config]);
    expect(stdout).toMatch(/│ eu\/ams1 +│ 198\.51\.100\.21 +│ down +│ +│ no +│/);
    await all('/heal');
    await until(
      async () => (await poolFor(demo.port, GERMANY)) === 'eu',
      RISE * INTERVAL_MS + SLACK_MS,
      () => 'the German answer comes back',
    );
    expect(started.output()).toMatch(/eu\/fra1 \(IPv4\): up -> down: HTTP 503/);
    await until(everythingIsUp, RISE * INTERVAL_MS + SLACK_MS, () => 'both endpoints come back');
    expect(started.output()).toMatch(/eu\/fra1 \(IPv4\): down -> up: HTTP 200/);
  });

  test('"pool eu down" moves the answer at once; after "pool eu up" the pool proves itself by rise probes', async () => {
    await control(demo.socket, 'pool', { name: 'eu', action: 'down' });
    expect(await poolFor(demo.port, GERMANY)).toBe('us');
    const health = await control<{ endpoint: string; override: string; answered: boolean }[]>(demo.socket, 'health');
    expect(health.filter(({ answered }) => !answered).map(({ endpoint }) => endpoint)).toEqual([
      'eu/fra1',
      'eu/fra1',
      'eu/ams1',
      'eu/ams1',
    ]);
    const explained = await runDnsteer(['explain', 'www.example.com', 'A', '--client', GERMANY, '--live', '--config', demo.config]);
    expect(explained.stdout).toContain('pool eu is down (0 of 2 up)');

    await control(demo.socket, 'pool', { name: 'eu', action: 'up' });
    expect(await poolFor(demo.port, GERMANY)).toBe('us');
    await until(
      async () => (await poolFor(demo.port, GERMANY)) === 'eu',
      RISE * INTERVAL_MS + SLACK_MS,
      () => 'the pool comes back',
    );
  });

  test('Ctrl-C ends it with exit code 0; nothing is left', async () => {
    expect(existsSync(demo.socket)).toBe(true);
    expect(await started.stop('SIGINT')).toEqual({ code: 0, signal: null });
    expect(existsSync(demo.socket)).toBe(false);
    expect(isGroupLeft(started.pid)).toBe(false);
    for (const port of [demo.port, ...Object.values(demo.backends)]) expect(await isListening(port)).toBe(false);
  });

  test('an endpoint whose port is taken is told in one line, and nothing is left listening', async () => {
    const second = await copyDemo();
    const { createServer } = await import('node:http');
    const taken = createServer().listen(second.backends['us/sfo1'], '127.0.0.1');
    try {
      const { code, stdout, stderr } = await runDnsteer(['demo', '--config', second.config]);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(
        /^error: the HTTP server of us\/sfo1 can't listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\): stop what uses the port[^\n]*\n$/,
      );
    } finally {
      taken.close();
      await second.remove();
    }
  });
});
