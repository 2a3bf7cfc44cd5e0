import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  delv,
  dig,
  needing,
  recordLines,
  runDnsteer,
  type Server,
  startDnsteer,
  type TrustAnchor,
} from '../../../../tooling/testkit/index.ts';

const ZONE = `$TTL 300
@ SOA ns1 host 1 3600 600 86400 300
@ NS ns1
ns1 A 127.0.0.1
cdn A 192.0.2.77
cdn TXT "of the cdn"
`;
const config = (port: number) => `server: { listen: ["127.0.0.1:${port}"] }
pools:
  own: { endpoints: [{ name: a, addresses: [198.51.100.1], records: { TXT: ['"own"'], MX: [10 mx.example.com.], HTTPS: ['1 . alpn="h2,h3" ipv4hint=198.51.100.1'] } }] }
  two: { endpoints: [{ name: b, addresses: ["2001:db8::2"], records: { TXT: [two words] } }] }
  cdn: { endpoints: [{ name: all, cname: cdn.example.com }] }
  far: { endpoints: [{ name: all, cname: www.example.net }] }
  dual: { endpoints: [{ name: d, addresses: [198.51.100.7, "2001:db8::7"] }, { name: e, addresses: [198.51.100.8] }] }
  same: { endpoints: [{ name: x, addresses: [203.0.113.1, "2001:db8:1::1"] }, { name: y, addresses: [203.0.113.2, "2001:db8:1::2"] }] }
policies:
  drawn: { pools: [same], services: { HTTPS: '1 . alpn=h3' }, chain: [weighted, { first: 1 }] }
  stuck: { pools: [same], services: { HTTPS: '1 . alpn=h3' }, chain: [{ weighted: { sticky: true } }, { first: 1 }] }
  svc: { pools: [dual, two, cdn], services: { HTTPS: '1 . alpn="h2,h3" port=8443 ech=AAAA key667=x', SVCB: "2 SVC.example.com. dohpath=/q{?dns}" }, chain: [up, { priority: { dual: 1, two: 2 } }, { first: 2 }] }
  web: { pools: [own, cdn, far], chain: [up, { priority: { own: 1, cdn: 2 } }, { first: 1 }] }
  plain: { pools: [own, two], chain: [up, { priority: { own: 1, two: 2 } }, { first: 1 }] }
zones: { example.com: { file: example.com.zone, steer: { www: web, svc: svc, drawn: drawn, stuck: stuck, plain: plain, "*.wild": web }, dnssec: {} } }
`;

needing(['dig', 'delv'], 'what endpoints answer', () => {
  let server: Server;
  let anchor: TrustAnchor;
  beforeAll(async () => {
    server = await startDnsteer({ config: ({ port }) => config(port), files: { 'example.com.zone': ZONE }, zone: 'example.com' });
    const { stdout } = await runDnsteer(['keys', 'ds', 'example.com'], { cwd: server.directory });
    anchor = { zone: 'example.com', ds: /\sDS\s+(.+)/.exec(stdout)![1]! };
  });
  afterAll(() => server?.stop());
  beforeEach(() => say('*', 'up'));

  const dnsteer = (...args: string[]) => runDnsteer(args, { cwd: server.directory });
  const say = (pool: string, action: string) => dnsteer('pool', pool, action);
  const ask = async (name: string, type: string) => {
    const { answer, rcode } = await dig(server, `${name}.example.com`, type);
    return [rcode, ...recordLines(answer)];
  };

  test('addresses and records of the endpoint that is chosen', async () => {
    expect(await ask('plain', 'A')).toEqual(['NOERROR', 'plain.example.com. A 198.51.100.1']);
    expect(await ask('plain', 'TXT')).toEqual(['NOERROR', 'plain.example.com. TXT "own"']);
    expect(await ask('plain', 'MX')).toEqual(['NOERROR', 'plain.example.com. MX 10 mx.example.com.']);
    expect(await ask('plain', 'HTTPS')).toEqual(['NOERROR', 'plain.example.com. HTTPS 1 . alpn="h2,h3" ipv4hint=198.51.100.1']);
    await say('own', 'down');
    expect(await ask('plain', 'TXT')).toEqual(['NOERROR', 'plain.example.com. TXT "two" "words"']);
    expect(await ask('plain', 'AAAA')).toEqual(['NOERROR', 'plain.example.com. AAAA 2001:db8::2']);
  });

  test('RFC 1034 3.6.2: in place of all of them an alias, which is followed in the zones that are served', async () => {
    await say('own', 'down');
    expect(await ask('www', 'A')).toEqual(['NOERROR', 'cdn.example.com. A 192.0.2.77', 'www.example.com. CNAME cdn.example.com.']);
    expect(await ask('www', 'TXT')).toEqual(['NOERROR', 'cdn.example.com. TXT "of the cdn"', 'www.example.com. CNAME cdn.example.com.']);
    expect(await ask('www', 'SRV')).toEqual(['NOERROR', 'www.example.com. CNAME cdn.example.com.']);
    expect(await ask('www', 'CNAME')).toEqual(['NOERROR', 'www.example.com. CNAME cdn.example.com.']);
    expect(await ask('www', 'ANY')).toEqual(['NOERROR', 'www.example.com. CNAME cdn.example.com.']);
    await say('cdn', 'down');
    expect(await ask('www', 'A')).toEqual(['NOERROR', 'www.example.com. CNAME www.example.net.']);
    expect(await ask('a.wild', 'A')).toEqual(['NOERROR', 'a.wild.example.com. CNAME www.example.net.']);
  });

  test('and without an alias now, what there is', async () => {
    expect(await ask('www', 'A')).toEqual(['NOERROR', 'www.example.com. A 198.51.100.1']);
    expect(await ask('www', 'TXT')).toEqual(['NOERROR', 'www.example.com. TXT "own"']);
    expect(await ask('www', 'ANY')).toEqual(['NOERROR', 'www.example.com. A 198.51.100.1']);
    for (const type of ['CNAME', 'SRV']) expect(await ask('www', type)).toEqual(['NOERROR']);
  });

  test('RFC 9460 7.3: hints are the addresses that A and AAAA are answered with', async () => {
    const hinted = async (type: string) => (await ask('svc', type)).slice(1);
    expect(await hinted('HTTPS')).toEqual([
      'svc.example.com. HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=198.51.100.7,198.51.100.8 ech=AAAA ipv6hint=2001:db8::7 key667="x"',
    ]);
    await say('dual/d', 'down');
    expect(await hinted('HTTPS')).toEqual([
      'svc.example.com. HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=198.51.100.8 ech=AAAA ipv6hint=2001:db8::2 key667="x"',
    ]);
    expect(await hinted('AAAA')).toEqual(['svc.example.com. AAAA 2001:db8::2']);
    await say('dual', 'down');
    expect(await hinted('HTTPS')).toEqual(['svc.example.com. HTTPS 1 . alpn="h2,h3" port=8443 ech=AAAA ipv6hint=2001:db8::2 key667="x"']);
    expect(await hinted('AAAA')).toEqual(['svc.example.com. AAAA 2001:db8::2']);
    // No alias for one family beside an address of the other.
    expect(await hinted('A')).toEqual([]);
    expect(await hinted('ANY')).toEqual(['svc.example.com. AAAA 2001:db8::2']);
    expect((await delv(server, anchor, 'svc.example.com', 'A')).status).toBe('negative response, fully validated');
    await say('two', 'down');
    for (const type of ['HTTPS', 'AAAA', 'ANY', 'MX']) expect((await hinted(type)).at(-1)).toBe('svc.example.com. CNAME cdn.example.com.');
  });

  test('RFC 9460 7.3: hints of both families are of one endpoint, whichever is drawn', async () => {
    const drawn = new Set<string>();
    for (let i = 0; i < 24; i++) {
      const [, record] = await ask('drawn', 'HTTPS');
      const own = /ipv4hint=203\.0\.113\.(\d) ipv6hint=2001:db8:1::(\d)$/.exec(record!)!;
      expect(own[1]).toBe(own[2]);
      drawn.add(own[1]!);
    }
    expect(drawn.size).toBe(2);
  });

  test('sticky: hints are what A and AAAA give', async () => {
    for (let i = 0; i < 3; i++) {
      const [, https] = await ask('stuck', 'HTTPS');
      const [[, a], [, aaaa]] = [await ask('stuck', 'A'), await ask('stuck', 'AAAA')];
      expect(https).toBe(`stuck.example.com. HTTPS 1 . alpn="h3" ipv4hint=${a!.split(' ')[2]} ipv6hint=${aaaa!.split(' ')[2]}`);
    }
  });

  test.each([
    ['up', 'www', 'A', 'fully validated'],
    ['up', 'svc', 'HTTPS', 'fully validated'],
    ['up', 'svc', 'SVCB', 'fully validated'],
    ['up', 'svc', 'MX', 'negative response, fully validated'],
    ['up', 'www', 'TXT', 'fully validated'],
    ['up', 'www', 'SRV', 'negative response, fully validated'],
    ['up', 'www', 'CNAME', 'negative response, fully validated'],
    ['up', 'a.wild', 'A', 'fully validated'],
    ['up', 'a.wild', 'SRV', 'negative response, fully validated'],
    ['up', 'plain', 'MX', 'fully validated'],
    ['up', 'plain', 'HTTPS', 'fully validated'],
    ['up', 'plain', 'SRV', 'negative response, fully validated'],
    ['down', 'www', 'A', 'fully validated'],
    ['down', 'www', 'TXT', 'fully validated'],
    ['down', 'www', 'SRV', 'fully validated'],
    ['down', 'www', 'CNAME', 'fully validated'],
    ['down', 'a.wild', 'A', 'fully validated'],
    ['down', 'plain', 'TXT', 'fully validated'],
    ['down', 'nothing', 'A', 'negative response, fully validated'],
  ])('delv, with pool own %s: %s %s: %s', async (state, name, type, verdict) => {
    await say('own', state);
    expect((await delv(server, anchor, `${name}.example.com`, type)).status).toBe(verdict);
  });

  test('explain says which endpoint the alias is of', async () => {
    await say('own', 'down');
    const { stdout } = await dnsteer('explain', 'www.example.com', 'A', '--client', '192.0.2.0/24', '--live');
    expect(stdout).toMatch(/^alias {5}www\.example\.com\. \d+ CNAME cdn\.example\.com\.$/m);
    expect(stdout).toMatch(/^answer {4}cdn\.example\.com \(cdn\/all\)$/m);
    expect(stdout).toContain('pool own is down');
  });

  test('explain shows the hints, and how they came about', async () => {
    const { stdout } = await dnsteer('explain', 'svc.example.com', 'HTTPS', '--client', '192.0.2.0/24', '--live');
    expect(stdout).toMatch(/^answer {4}1 \. .*ipv4hint=198\.51\.100\.7,198\.51\.100\.8 ipv6hint=2001:db8::7 \(dual\/d dual\/e\)$/m);
    expect(stdout).toMatch(/^ {2}A\/up +.*\n.*\n(.*\n)* {2}AAAA\/up/m);
  });

  test('health shows an alias in the place of an address', async () => {
    expect((await dnsteer('health')).stdout).toMatch(/│ cdn\/all\s+│ cdn\.example\.com\s+│ not probed/);
  });

  test.each([
    ['A', 'NS: [a.example.]', 'expected a type such as TXT'],
    ['RDATA', 'MX: [mx.example.com.]', 'expected RDATA of MX:'],
    ['a type', 'TXXT: [a]', 'expected RDATA of TXXT: found type "TXXT"'],
  ])('check: records that are none, %s', async (_, records, message) => {
    await writeFile(`${server.directory}/bad.yaml`, `pools:\n  own:\n    endpoints:\n      - name: a\n        records: { ${records} }\n`);
    const { code, stderr } = await dnsteer('check', '-c', 'bad.yaml');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/bad\.yaml:5:\d+: pools\.own\.endpoints\[0\]\.records/)]);
    expect(stderr).toContain(message);
  });

  test.each([
    [
      "HTTPS: '1 www.example.net. alpn=h2'",
      'found target www.example.net., expected "." or a name that this policy steers (svc.example.com.): hints',
    ],
    ['HTTPS: 0 cdn.example.com.', 'expected a priority of 1 or more'],
    ["SVCB: '1 . ipv6hint=::1'", 'expected no ipv4hint or ipv6hint'],
    ['HTTPS: 1 . alpn', 'expected RDATA of HTTPS:'],
  ])('check: services that are none, %s', async (services, message) => {
    const bad = config(0).replace(/services: \{ HTTPS: '1 \. alpn="h2,h3".*\}, chain/, `services: { ${services} }, chain`);
    await writeFile(`${server.directory}/bad.yaml`, bad);
    const { code, stderr } = await dnsteer('check', '-c', 'bad.yaml');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/bad\.yaml:\d+:\d+: policies\.svc\.services\.(HTTPS|SVCB)/)]);
    expect(stderr).toContain(message);
  });

  test.each([
    ['"@": web', 'ERR_ZONE'],
    ['cdn: web', 'ERR_ZONE'],
  ])('RFC 1034 3.6.2: check refuses who may be an alias at an apex or beside other data: %s', async (steer) => {
    await writeFile(`${server.directory}/bad.yaml`, config(0).replace('steer: { www: web', `steer: { ${steer}, www: web`));
    const { code, stderr } = await dnsteer('check', '-c', 'bad.yaml');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/bad\.yaml:\d+:\d+: zones\.example\.com\.steer/)]);
    expect(stderr).toContain('CNAME');
  });
});
