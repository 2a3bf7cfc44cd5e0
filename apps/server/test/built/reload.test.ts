import { chmodSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeMmdb } from '../../../../packages/geo/test/fixtures/mmdb-writer.ts';
import { dig, needing, runDnsteer, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';
import { control, until } from './harness.ts';
import { Load } from './load.ts';

const INTERVAL_MS = 200;
const LAN = '192.0.2.0/24';

const ZONE = `$TTL 300
@ SOA ns1 hostmaster 1 3600 600 1209600 300
@ NS ns1
ns1 A 192.0.2.53
static A 192.0.2.1
`;
const mmdb = (country: string) => writeMmdb([['192.0.2.0/24', { country_code: country }]]);

interface Pieces {
  chain: string;
  eu: string;
  geo: string;
  rest: string;
}

const PIECES: Pieces = {
  chain: '[up, { geotarget: { countries: { DE: [eu], FR: [us] }, default: [us] } }, { first: 1 }]',
  eu: '      - { name: fra1, addresses: [198.51.100.1] }\n',
  geo: '[one.mmdb, two.mmdb]',
  rest: '',
};

needing(['dig'], 'reload', () => {
  let backend: HttpServer;
  let isWell = true;
  let server: Server;
  let socket: string;

  const configText = ({ chain, eu, geo, rest }: Pieces, port: number) => `server:
  listen: ["127.0.0.1:${port}"]
geo:
  databases: ${geo}
pools:
  eu:
    endpoints:
${eu}    check: { type: http, address: 127.0.0.1, port: ${(backend.address() as AddressInfo).port}, interval: ${INTERVAL_MS}ms, timeout: 100ms, rise: 2, fall: 2 }
  us:
    endpoints:
      - { name: iad1, addresses: [203.0.113.1] }
policies:
  web:
    pools: [eu, us]
    chain: ${chain}
    ttl: { min: 0, max: 60 }
zones:
  example.com:
    file: example.com.zone
    steer: { www: web }
    dnssec: { keys: ./keys }
${rest}`;

  const file = (name: string) => join(server.directory, name);
  const configure = (pieces: Partial<Pieces> = {}) =>
    writeFileSync(file('dnsteer.yaml'), configText({ ...PIECES, ...pieces }, server.port));
  const reloadByCli = () => runDnsteer(['reload', '--config', file('dnsteer.yaml')]);
  const reload = () => control<{ epoch: number }>(socket, 'reload');
  const addressOf = async (name: string) => (await dig(server, `${name}.example.com`, 'A', `+subnet=${LAN}`)).answer[0]?.rdata;
  const stateOf = async (endpoint: string) =>
    (await control<{ endpoint: string; state: string }[]>(socket, 'health')).find((row) => row.endpoint === endpoint)?.state;
  /** As tools replace a database. */
  const replace = (name: string, octets: Uint8Array | string) => {
    writeFileSync(file(`${name}.new`), octets);
    renameSync(file(`${name}.new`), file(name));
  };

  beforeAll(async () => {
    backend = createServer((_request, response) => response.writeHead(isWell ? 200 : 503).end());
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    const geo = mkdtempSync(join(tmpdir(), 'dnsteer-geo-'));
    // Files are text for testkit; databases are copied before the start.
    writeFileSync(join(geo, 'one.mmdb'), mmdb('DE'));
    writeFileSync(join(geo, 'two.mmdb'), writeMmdb([]));
    server = await startDnsteer({
      config: ({ port, directory }) => {
        for (const name of ['one.mmdb', 'two.mmdb']) renameSync(join(geo, name), join(directory, name));
        rmSync(geo, { recursive: true });
        return configText(PIECES, port);
      },
      files: { 'example.com.zone': ZONE },
      zone: 'example.com',
    });
    socket = file('dnsteer.sock');
  });
  afterAll(async () => {
    await server?.stop();
    backend?.close();
  });
  beforeEach(() => {
    isWell = true;
  });

  describe('what it covers', () => {
    test('zones: the records and the serial are those of the file', async () => {
      expect(await addressOf('static')).toBe('192.0.2.1');
      writeFileSync(
        file('example.com.zone'),
        ZONE.replace('hostmaster 1 ', 'hostmaster 2 ').replace('static A 192.0.2.1', 'static A 192.0.2.2'),
      );
      expect(await reloadByCli()).toMatchObject({ code: 0, stdout: 'reloaded: snapshot 2 answers\n', stderr: '' });
      expect(await addressOf('static')).toBe('192.0.2.2');
      expect((await dig(server, 'example.com', 'SOA')).answer[0]?.rdata).toMatch(/ 2 3600 600 1209600 300$/);
    });

    test('policies', async () => {
      expect(await addressOf('www')).toBe('198.51.100.1');
      configure({ chain: '[up, { geotarget: { default: [us] } }, { first: 1 }]' });
      await reload();
      expect(await addressOf('www')).toBe('203.0.113.1');
      configure();
      await reload();
      expect(await addressOf('www')).toBe('198.51.100.1');
    });

    test('pools: an endpoint that comes, goes, or has another address', async () => {
      configure({ eu: '      - { name: ams1, addresses: [198.51.100.2] }\n' });
      await reload();
      expect(await addressOf('www')).toBe('198.51.100.2');
      configure({ eu: '      - { name: ams1, addresses: [198.51.100.3] }\n      - { name: fra1, addresses: [198.51.100.1] }\n' });
      await reload();
      expect(await addressOf('www')).toBe('198.51.100.3');
      configure();
      await reload();
      expect(await addressOf('www')).toBe('198.51.100.1');
    });

    test('geo: other databases, and those that changed on disk', async () => {
      configure({ geo: '[two.mmdb]' });
      await reload();
      expect(await addressOf('www')).toBe('203.0.113.1');
      configure();
      await reload();
      expect(await addressOf('www')).toBe('198.51.100.1');
      replace('one.mmdb', mmdb('FR'));
      await reload();
      expect(await addressOf('www')).toBe('203.0.113.1');
      replace('one.mmdb', mmdb('DE'));
      await reload();
    });

    test('SIGHUP does the same', async () => {
      writeFileSync(file('example.com.zone'), ZONE.replace('static A 192.0.2.1', 'static A 192.0.2.3'));
      process.kill(server.pid, 'SIGHUP');
      await until(
        async () => (await addressOf('static')) === '192.0.2.3',
        10_000,
        () => server.output(),
      );
    });

    test('what takes effect at the next start is told', async () => {
      writeFileSync(file('dnsteer.yaml'), configText(PIECES, server.port).replace('server:\n', 'server:\n  tcp: { maxConnections: 7 }\n'));
      await reload();
      expect(server.output()).toContain('server: listen, workers, udpDriver, tcp and control take effect at the next start');
      configure();
      await reload();
    });
  });

  describe('health', () => {
    test('of an endpoint that stays is kept', async () => {
      isWell = false;
      await until(
        async () => (await stateOf('eu/fra1')) === 'down',
        5000,
        () => server.output(),
      );
      expect(await addressOf('www')).toBe('203.0.113.1');
      const before = server.output().length;
      configure({ eu: `${PIECES.eu}      - { name: ams1, addresses: [198.51.100.2], weight: 2 }\n` });
      await reload();
      expect(await stateOf('eu/fra1')).toBe('down');
      configure();
      await reload();
      expect(await stateOf('eu/fra1')).toBe('down');
      // Nothing has happened to it that anybody would be told.
      expect(server.output().slice(before)).not.toContain('eu/fra1');
      isWell = true;
      await until(
        async () => (await stateOf('eu/fra1')) === 'up',
        5000,
        () => server.output(),
      );
    });

    test('what the operator said is kept, and holds for who joins the pool', async () => {
      await control(socket, 'pool', { name: 'eu', action: 'down' });
      configure({ eu: `${PIECES.eu}      - { name: new1, addresses: [198.51.100.9] }\n` });
      await reload();
      expect(await addressOf('www')).toBe('203.0.113.1');
      await control(socket, 'pool', { name: 'eu', action: 'up' });
      await until(
        async () => (await addressOf('www'))?.startsWith('198.51.100.') === true,
        5000,
        () => server.output(),
      );
      configure();
      await reload();
    });
  });

  describe('when something is wrong, what was running goes on, and the log and the command say where', () => {
    const WRONG: readonly (readonly [string, () => void, RegExp])[] = [
      ['the configuration is no YAML', () => configure({ rest: 'health: [\n' }), /dnsteer\.yaml:\d+:\d+: /],
      ['an unknown key', () => configure({ rest: 'helth: {}\n' }), /dnsteer\.yaml:23:1: helth: unknown key; expected one of server, /],
      ['an unknown filter', () => configure({ chain: '[upp]' }), /dnsteer\.yaml:16:13: policies\.web\.chain\[0\]: found "upp", expected/],
      [
        'a pool without endpoints',
        () => configure({ eu: '      []\n' }),
        /dnsteer\.yaml:8:7: pools\.eu\.endpoints: found \[\], expected at least one endpoint/,
      ],
      [
        'a line of the zone file',
        () => writeFileSync(file('example.com.zone'), `${ZONE}bad A 192.0.2.300\n`),
        /example\.com\.zone:6:7: .*192\.0\.2\.300/,
      ],
      [
        'a zone without an SOA',
        () => writeFileSync(file('example.com.zone'), ZONE.replace(/@ SOA.*\n/, '')),
        /dnsteer\.yaml:20:11: zones\.example\.com\.file: expected an SOA record at the apex example\.com\., found none/,
      ],
      [
        'a zone file that is gone',
        () => rmSync(file('example.com.zone')),
        /dnsteer\.yaml:20:11: zones\.example\.com\.file: can't be read: ENOENT/,
      ],
      [
        'keys that others may read',
        () => chmodSync(file('keys/example.com'), 0o755),
        /dnsteer\.yaml:22:21: zones\.example\.com\.dnssec\.keys: .*chmod 700 /,
      ],
      [
        'a key that is no key',
        () => writeFileSync(keyFile(), 'not a key'),
        /dnsteer\.yaml:22:21: zones\.example\.com\.dnssec\.keys: .*\.pem is not a readable private key; restore it/,
      ],
      [
        'a geo file that is none',
        () => replace('two.mmdb', 'not a database'),
        /dnsteer\.yaml:4:25: geo\.databases\[1\]: .*two\.mmdb: not an MMDB file/,
      ],
      [
        'a geo file that is gone',
        () => configure({ geo: '[none.mmdb]' }),
        /dnsteer\.yaml:4:15: geo\.databases\[0\]: .*none\.mmdb can't be read: ENOENT/,
      ],
    ];
    const keyFile = () => join(file('keys/example.com'), readdirSync(file('keys/example.com')).find((name) => name.endsWith('.pem'))!);

    test.each(WRONG)('%s', async (what, spoil, line) => {
      chmodSync(file('keys/example.com'), 0o700);
      replace('two.mmdb', writeMmdb([]));
      configure();
      writeFileSync(file('example.com.zone'), ZONE);
      await reload();
      const key = readFileSync(keyFile());
      const before = await control<{ epoch: number }>(socket, 'status');
      const logged = server.output().length;
      spoil();
      const { code, stdout, stderr } = await reloadByCli();
      expect([code, stdout]).toEqual([1, '']);
      const lines = stderr.trimEnd().split('\n');
      expect(lines[0]).toMatch(new RegExp(`^error: .*${line.source}`));
      expect(lines.at(-1)).toBe('error: nothing was reloaded: what was running goes on');
      for (const one of lines.slice(0, -1)) {
        const log = server
          .output()
          .slice(logged)
          .split('\n')
          .filter(Boolean)
          .map((text) => JSON.parse(text) as { level: number; msg: string });
        expect(log).toContainEqual(expect.objectContaining({ level: 50, msg: `reload: ${one.replace(/^error: /, '')}` }));
      }
      expect(await control<{ epoch: number }>(socket, 'status')).toMatchObject({ epoch: before.epoch });
      expect([what, await addressOf('www'), await addressOf('static')]).toEqual([what, '198.51.100.1', '192.0.2.1']);
      writeFileSync(keyFile(), key);
    });
  });

  test('what was wrong is mended, and it reloads again', async () => {
    replace('two.mmdb', writeMmdb([]));
    configure();
    writeFileSync(file('example.com.zone'), ZONE);
    await reload();
    expect([await addressOf('www'), await addressOf('static')]).toEqual(['198.51.100.1', '192.0.2.1']);
  });

  test('queries that are asked all the while are all answered, over UDP and over a TCP connection that stays', async () => {
    const load = new Load(server.port, 'www.example.com');
    for (let i = 0; i < 10; i++) {
      configure(i % 3 === 0 ? { chain: '[upp]' } : i % 3 === 1 ? { eu: '      - { name: ams1, addresses: [198.51.100.2] }\n' } : {});
      await reload().catch(() => undefined);
    }
    configure();
    await reload();
    await load.stop();
    expect(load.udp).toMatchObject({ lost: 0, refused: 0 });
    expect(load.tcp).toMatchObject({ lost: 0, refused: 0 });
    expect(Math.min(load.udp.answered, load.tcp.answered)).toBeGreaterThan(100);
  });

  test('a geo database that is replaced on disk is picked up; one that is broken is told, and the old one goes on', async () => {
    expect(await addressOf('www')).toBe('198.51.100.1');
    replace('one.mmdb', 'half a database');
    await until(
      () => /geo: .*one\.mmdb: not an MMDB file.*; the database that was there before goes on/.test(server.output()),
      10_000,
      () => server.output(),
    );
    expect(await addressOf('www')).toBe('198.51.100.1');
    replace('one.mmdb', mmdb('FR'));
    await until(
      async () => (await addressOf('www')) === '203.0.113.1',
      10_000,
      () => server.output(),
    );
    expect(server.output()).toMatch(/geo: .*one\.mmdb was replaced and is in use/);
  });
});
