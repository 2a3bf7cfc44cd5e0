import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseReplies } from '../testkit/dig-output.ts';
import {
  answers,
  delv,
  dig,
  digAll,
  exchangeRawTcp,
  exchangeRawUdp,
  needing,
  recordLines,
  run,
  type Server,
  start,
  startKnot,
  startNamed,
  startNsd,
  startPowerDns,
} from '../testkit/index.ts';

const zoneText = String.raw`$TTL 300
@ SOA ns1 host 1 3600 600 86400 300
@ NS ns1
ns1 A 127.0.0.1
www 60 A 192.0.2.1
www 60 A 192.0.2.2
t TXT "a b" "c\"d;e"
dot\.ted.sp\032ace A 192.0.2.3
sub NS ns1.sub
ns1.sub A 192.0.2.53
`;
const zones = [{ origin: 'example.com.', text: zoneText }];

describe('what dig prints', () => {
  test('a reply is taken apart into header, EDNS and sections', () => {
    const [reply, lost] = parseReplies(`
; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> www.example.com A +subnet=81.2.69.0/24 +dnssec
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 6486
;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1
;; WARNING: recursion requested but not available

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags: do; MBZ: 0x0001, udp: 1232
; NSID: 6e 73 2d 78 ("ns-x")
; COOKIE: a53000c998d21485010000006b0307ed6d938b42077c90d9 (good)
; CLIENT-SUBNET: 81.2.69.0/24/22
; EDE: 22 (No Reachable Authority): (all pools are down)
; EDE: 3 (Stale Answer)
;; QUESTION SECTION:
;www.example.com.		IN	A

;; ANSWER SECTION:
www.example.com.	30	IN	CNAME	a.example.com.

;; Query time: 0 msec
;; SERVER: 127.0.0.1#5953(127.0.0.1) (UDP)
;; MSG SIZE  rcvd: 68

;; communications error to 127.0.0.1#5954: timed out
; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> nowhere.example.com A
;; no servers could be reached
`);
    expect(lost).toBeUndefined();
    expect(reply).toMatchObject({
      id: 6486,
      opcode: 'QUERY',
      rcode: 'NXDOMAIN',
      flags: ['qr', 'aa', 'rd'],
      edns: {
        version: 0,
        flags: ['do'],
        udpPayloadOctets: 1232,
        clientSubnet: { address: '81.2.69.0', sourcePrefix: 24, scopePrefix: 22 },
        cookie: 'a53000c998d21485010000006b0307ed6d938b42077c90d9',
        nsid: 'ns-x',
        extendedErrors: [
          { code: 22, text: 'all pools are down' },
          { code: 3, text: '' },
        ],
      },
      question: [{ name: 'www.example.com.', class: 'IN', type: 'A' }],
      answer: [{ name: 'www.example.com.', ttl: 30, class: 'IN', type: 'CNAME', rdata: 'a.example.com.' }],
      authority: [],
      additional: [],
      transport: 'UDP',
      octets: 68,
    });
  });
});

needing(['dig', 'pdns_server', 'pdnsutil'], 'PowerDNS', () => {
  test('answers with its records and flags; what is signed in the file is served with its RRSIG', async () => {
    const rrsig = 'A 13 3 60 20300101000000 20260101000000 1 signed.example. AAAA';
    const signed = `@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\nns 60 RRSIG ${rrsig}\n`;
    const server = await startPowerDns({ zones: [...zones, { origin: 'signed.example', text: `$ORIGIN signed.example.\n${signed}` }] });
    try {
      const reply = await dig(server, 'www.example.com', 'A', '+norec');
      expect(reply.flags).toEqual(['qr', 'aa']);
      expect(recordLines(reply.answer, { ttl: true })).toEqual(['www.example.com. 60 A 192.0.2.1', 'www.example.com. 60 A 192.0.2.2']);
      const withRrsig = await dig(server, 'ns.signed.example', 'A', '+dnssec');
      expect(recordLines(withRrsig.answer)).toEqual(['ns.signed.example. A 192.0.2.1', `ns.signed.example. RRSIG ${rrsig}`]);
    } finally {
      await server.stop();
    }
  });
});

for (const [name, program, startPeer] of [
  ['BIND', 'named', startNamed],
  ['Knot', 'knotd', startKnot],
  ['NSD', 'nsd', startNsd],
] as const) {
  needing(['dig', program], name, () => {
    let server: Server;
    beforeAll(async () => {
      server = await startPeer({ zones });
    });
    afterAll(() => server?.stop());

    test('answers with its records and flags', async () => {
      const reply = await dig(server, 'www.example.com', 'A', '+norec');
      expect(reply.rcode).toBe('NOERROR');
      expect(reply.flags).toEqual(['qr', 'aa']);
      expect(recordLines(reply.answer, { ttl: true })).toEqual(['www.example.com. 60 A 192.0.2.1', 'www.example.com. 60 A 192.0.2.2']);
    });

    test('names and strings keep their escapes and quotes', async () => {
      const text = await dig(server, 't.example.com', 'TXT');
      expect(recordLines(text.answer)).toEqual([String.raw`t.example.com. TXT "a b" "c\"d;e"`]);
      const escaped = await dig(server, String.raw`dot\.ted.sp\032ace.example.com`, 'A');
      expect(recordLines(escaped.answer)).toEqual([String.raw`dot\.ted.sp\032ace.example.com. A 192.0.2.3`]);
    });

    test('a batch keeps its order', async () => {
      const replies = await digAll(server, [
        'nx.example.com A',

        'x.sub.example.com A',
      ]);
      expect(replies.map((reply) => reply?.rcode)).toEqual(['NXDOMAIN', 'NOERROR']);
      expect(recordLines(replies[1]!.authority)).toEqual(['sub.example.com. NS ns1.sub.example.com.']);
      expect(recordLines(replies[1]!.additional)).toEqual(['ns1.sub.example.com. A 192.0.2.53']);
      const overTcp = await digAll(server, ['example.com SOA'], '+tcp');
      expect(overTcp[0]!.transport).toBe('TCP');
    });

    test('stop() ends it and removes its folder', async () => {
      const other = await startPeer({ zones });
      expect(existsSync(other.directory)).toBe(true);
      await other.stop();
      expect(existsSync(other.directory)).toBe(false);
      expect(await answers(other.port)).toBe(false);
    });

    test('a zone that does not load is an error with the log of the server', async () => {
      const broken = startPeer({
        zones: [{ origin: 'example.com', text: '@ SOA ns1 host 1 3600 600 86400 300\nbroken A 1.2.3\n' }],
        readyWithinMs: 2000,
      });
      await expect(broken).rejects.toThrow(/0\.zone|1\.2\.3/);
    });
  });
}

needing(['dig', 'delv', 'knotd'], 'delv', () => {
  let server: Server;
  let dnskey: string;
  beforeAll(async () => {
    server = await startKnot({ zones: [{ ...zones[0]!, config: '    dnssec-signing: on' }] });
    const keys = await dig(server, 'example.com', 'DNSKEY');
    dnskey = keys.answer.find((record) => record.rdata.startsWith('257 '))!.rdata;
  });
  afterAll(() => server?.stop());

  test('validates an answer and two denials from the DNSKEY down', async () => {
    const anchor = { zone: 'example.com', dnskey };
    const positive = await delv(server, anchor, 'www.example.com', 'A');
    expect(positive).toMatchObject({ status: 'fully validated', fullyValidated: true });
    expect(positive.records).toHaveLength(3);
    expect((await delv(server, anchor, 'www.example.com', 'AAAA')).status).toBe('negative response, fully validated');
    expect((await delv(server, anchor, 'nx.example.com', 'A')).fullyValidated).toBe(true);
  });

  test('a DS is an anchor too', async () => {
    const made = await run('dnssec-dsfromkey', ['-2', '-f', '-', 'example.com'], { input: `example.com. 300 IN DNSKEY ${dnskey}\n` });
    const ds = made.stdout.split(' DS ')[1]!.trim();
    expect((await delv(server, { zone: 'example.com', ds }, 'www.example.com', 'A')).fullyValidated).toBe(true);
  });

  test('another key does not validate', async () => {
    const other = `257 3 13 ${Buffer.alloc(64, 1).toString('base64')}`;
    const reply = await delv(server, { zone: 'example.com', dnskey: other }, 'www.example.com', 'A');
    expect(reply.fullyValidated).toBe(false);
    expect(reply.records).toEqual([]);
  });
});

needing(['dig'], 'a server that keeps silent', () => {
  test('leaves a hole in a batch, and is an error for a single question', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.on('message', (query, peer) => {
      query[2]! |= 0x84;
      if (!query.includes('silent')) socket.send(query, peer.port, peer.address);
    });
    const server = { port: socket.address().port };
    const replies = await digAll(server, ['one.test A', 'silent.test A +time=1', 'two.test A']);
    expect(replies.map((reply) => reply?.question[0]?.name)).toEqual(['one.test.', undefined, 'two.test.']);
    await expect(dig(server, 'silent.test', 'A', '+time=1')).rejects.toThrow(/dig silent\.test A .*no answer/);
    socket.close();
  });
});

needing(['dig'], 'a packet that came back to dig as it was sent', () => {
  test('is no answer: dig asks again', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    let packets = 0;
    socket.on('message', (query, peer) => {
      // Every second one is an answer.
      if (packets++ % 2 === 1) query[2]! |= 0x84;
      socket.send(query, peer.port, peer.address);
    });
    const server = { port: socket.address().port };
    expect((await dig(server, 'one.test', 'A')).flags).toContain('qr');
    const replies = await digAll(server, ['two.test A', 'three.test A', 'four.test A']);
    expect(replies.map((reply) => [reply?.question[0]?.name, reply?.flags.includes('qr')])).toEqual([
      ['two.test.', true],
      ['three.test.', true],
      ['four.test.', true],
    ]);
    socket.close();
  });
});

needing(['named'], 'raw octets', () => {
  let server: Server;
  beforeAll(async () => {
    server = await startNamed({ zones });
  });
  afterAll(() => server?.stop());
  const query = Buffer.from('123400000001000000000000076578616d706c6503636f6d0000060001', 'hex');

  test('over UDP: the datagram, or nothing', async () => {
    const reply = await exchangeRawUdp(server.port, query);
    expect(reply?.subarray(0, 3).toString('hex')).toBe('123484');
    expect(await exchangeRawUdp(server.port, Buffer.of(1, 2, 3), 200)).toBeUndefined();
  });

  test('over TCP: all octets that came back', async () => {
    const framed = Buffer.concat([Buffer.of(0, query.length), query]);
    const replies = await exchangeRawTcp(server.port, Buffer.concat([framed, framed]), 300);
    const first = replies.readUInt16BE(0);
    expect(replies.subarray(2, 4).toString('hex')).toBe('1234');
    expect(replies.readUInt16BE(2 + first)).toBe(first);
    expect(replies).toHaveLength(2 * (2 + first));
  });
});

describe('processes', () => {
  const node = process.execPath;

  test('one that ends before it is ready is an error with what it printed', async () => {
    const started = start(node, ['-e', 'console.error("port taken"); process.exit(1)'], { ready: async () => false });
    await expect(started).rejects.toThrow(/ended before it was ready\nport taken/);
  });

  test('one that never gets ready is ended', async () => {
    const started = start(node, ['-e', 'console.log("here"); setInterval(() => {}, 1000)'], {
      ready: async () => false,
      readyWithinMs: 500,
    });
    await expect(started).rejects.toThrow(/was not ready in time/);
  });

  test('one that ignores SIGTERM gets SIGKILL after the grace', async () => {
    const script = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("deaf")';
    let output = () => '';
    const started = await start(node, ['-e', script]);
    output = started.output;
    while (!output().includes('deaf')) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await started.stop('SIGTERM', 100)).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await started.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('run() hands over input, exit code and both outputs', async () => {
    const script =
      'process.stdin.on("data", (d) => process.stdout.write(String(d).toUpperCase())); console.error("e"); process.exitCode = 3';
    expect(await run(node, ['-e', script], { input: 'abc' })).toEqual({ code: 3, signal: null, stdout: 'ABC', stderr: 'e\n' });
  });
});

describe('a machine without dig', () => {
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
  const root = fileURLToPath(new URL('../..', import.meta.url));

  /** Runs 'a server that keeps silent' of this file. */
  async function runWithoutDig(ci: string) {
    const args = ['run', '--project', 'interop', 'tooling/test/testkit.test.ts', '-t', 'keeps silent', '--reporter=json'];
    const ran = await run(process.execPath, [vitest, ...args], { cwd: root, env: { PATH: '/nowhere', CI: ci } });
    const report: { testResults: { assertionResults: { fullName: string; status: string }[] }[] } = JSON.parse(ran.stdout);
    const about = report.testResults.flatMap((file) => file.assertionResults).filter(({ fullName }) => fullName.includes('keeps silent'));
    return { code: ran.code, about: about.map(({ fullName, status }) => `${status}: ${fullName}`) };
  }

  test('leaves the tests out that need it, and their titles say so', async () => {
    expect(await runWithoutDig('')).toEqual({
      code: 0,
      about: ['skipped: a server that keeps silent [needs dig] leaves a hole in a batch, and is an error for a single question'],
    });
  });

  test('fails under CI=true', async () => {
    expect(await runWithoutDig('true')).toEqual({ code: 1, about: ['failed: a server that keeps silent: needs dig'] });
  });
});
