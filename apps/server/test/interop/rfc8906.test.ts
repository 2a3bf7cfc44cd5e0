import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DigReply, dig, needing, type Server, startDnsteer } from '../../../../tooling/testkit/index.ts';

const ZONE = `$TTL 300
@ SOA ns1 hostmaster 1 3600 600 1209600 300
@ NS ns1
@ TXT ${`"${'x'.repeat(250)}" `.repeat(3)}
ns1 A 192.0.2.53
`;

/** What RFC 8906 8 expects of every response but those that it says otherwise of. */
function expectHeader(reply: DigReply, rcode: string): void {
  expect(reply.rcode).toBe(rcode);
  expect(reply.flags).toContain('qr');
  expect(reply.flags).not.toContain('ad');
  expect(reply.flags).not.toContain('ra');
  expect(reply.text).not.toContain('MBZ');
}

const hasSoa = ({ answer }: DigReply) => answer.some(({ type }) => type === 'SOA');

/** The SOA with authority, and OPT exactly when one was sent. */
function expectAnswer(reply: DigReply, edns: 'edns' | 'noedns'): void {
  expectHeader(reply, 'NOERROR');
  expect(reply.flags).toContain('aa');
  expect(hasSoa(reply)).toBe(true);
  expect(reply.edns?.version).toBe(edns === 'edns' ? 0 : undefined);
}

/** The highest version that we speak, and nothing else (RFC 6891 6.1.3). */
function expectBadVersion(reply: DigReply): void {
  expectHeader(reply, 'BADVERS');
  expect(hasSoa(reply)).toBe(false);
  expect(reply.edns?.version).toBe(0);
  expect(reply.flags).not.toContain('aa');
}

const basic = ['+noedns', '+noad'];
const edns = ['+nocookie', '+edns=0', '+noad', '+norec'];
const version1 = ['+nocookie', '+edns=1', '+noednsneg', '+noad', '+norec'];

needing(['dig'], 'RFC 8906 8', () => {
  describe.each(['unsigned', 'signed'])('a zone that is %s', (kind) => {
    let server: Server;
    beforeAll(async () => {
      const dnssec = kind === 'signed' ? ', dnssec: { keys: keys }' : '';
      server = await startDnsteer({
        config: ({ port }) => `server: { listen: ["127.0.0.1:${port}"] }\nzones: { example.com: { file: example.com.zone${dnssec} } }\n`,
        files: { 'example.com.zone': ZONE },
        zone: 'example.com',
      });
    });
    afterAll(() => server?.stop());
    const soa = (...args: string[]) => dig(server, 'example.com', 'SOA', ...args);

    test('8.1.1: is the server configured for the zone?', async () => {
      const reply = await soa(...basic, '+norec');
      expectAnswer(reply, 'noedns');
      expect(reply.flags).not.toContain('rd');
    });

    test('8.1.2: unknown types', async () => {
      const reply = await dig(server, 'example.com', 'TYPE1000', ...basic, '+norec');
      expectHeader(reply, 'NOERROR');
      expect(reply.answer).toEqual([]);
      expect(reply.authority.map(({ type }) => type)).toEqual(['SOA']);
      expect(reply.flags).toContain('aa');
      expect(reply.flags).not.toContain('rd');
      expect(reply.edns).toBeUndefined();
    });

    describe('8.1.3: header bits', () => {
      test('8.1.3.1: CD=1 queries', async () => {
        const reply = await soa(...basic, '+norec', '+cd');
        expectAnswer(reply, 'noedns');
        expect(reply.flags).not.toContain('rd');
      });

      test('8.1.3.2: AD=1 queries', async () => {
        const reply = await soa('+noedns', '+norec', '+ad');
        expectAnswer(reply, 'noedns');
        expect(reply.flags).not.toContain('rd');
      });

      test('8.1.3.3: the reserved bit', async () => {
        const reply = await soa(...basic, '+norec', '+zflag');
        expectAnswer(reply, 'noedns');
        expect(reply.flags).not.toContain('rd');
      });

      test('8.1.3.4: recursive queries', async () => {
        const reply = await soa(...basic, '+rec');
        expectAnswer(reply, 'noedns');
        expect(reply.flags).toContain('rd');
      });
    });

    test('8.1.4: unknown opcodes', async () => {
      const reply = await dig(server, ...basic, '+opcode=15', '+norec', '+header-only');
      expectHeader(reply, 'NOTIMP');
      expect(reply.opcode).toBe('RESERVED15');
      expect(hasSoa(reply)).toBe(false);
      for (const flag of ['aa', 'rd', 'ad']) expect(reply.flags).not.toContain(flag);
      expect(reply.edns).toBeUndefined();
    });

    test('8.1.5: TCP', async () => {
      const reply = await soa(...basic, '+norec', '+tcp');
      expectAnswer(reply, 'noedns');
      expect(reply.transport).toBe('TCP');
    });

    test('8.2.1: minimal EDNS', async () => {
      expectAnswer(await soa(...edns), 'edns');
    });

    test('8.2.2: EDNS version negotiation', async () => {
      expectBadVersion(await soa(...version1));
    });

    test('8.2.3: unknown EDNS options', async () => {
      const reply = await soa(...edns, '+ednsopt=100');
      expectAnswer(reply, 'edns');
      expect(reply.text).not.toContain('OPT=100');
    });

    test('8.2.4: unknown EDNS flags', async () => {
      const reply = await soa(...edns, '+ednsflags=0x40');
      expectAnswer(reply, 'edns');
      expect(reply.edns?.flags).toEqual([]);
    });

    test('8.2.5: EDNS version negotiation with unknown EDNS flags', async () => {
      const reply = await soa(...version1, '+ednsflags=0x40');
      expectBadVersion(reply);
      expect(reply.edns?.flags).toEqual([]);
    });

    test('8.2.6: EDNS version negotiation with unknown EDNS options', async () => {
      const reply = await soa(...version1, '+ednsopt=100');
      expectBadVersion(reply);
      expect(reply.text).not.toContain('OPT=100');
    });

    test('8.2.7: truncated responses', async () => {
      // What is too large in both zones.
      const reply = await dig(server, 'example.com', 'TXT', '+norec', '+dnssec', '+bufsize=512', '+ignore');
      expectHeader(reply, 'NOERROR');
      expect(reply.flags).toContain('tc');
      expect(reply.octets).toBeLessThanOrEqual(512);
      expect(reply.edns?.version).toBe(0);
    });

    test('8.2.8: DO=1', async () => {
      const reply = await soa(...edns, '+dnssec');
      expectAnswer(reply, 'edns');
      expect(reply.edns?.flags).toEqual(['do']);
      expect(reply.answer.some(({ type }) => type === 'RRSIG')).toBe(kind === 'signed');
    });

    test('8.2.9: EDNS version negotiation with DO=1', async () => {
      const reply = await soa(...version1, '+dnssec');
      expectBadVersion(reply);
      expect(reply.edns?.flags).toEqual(['do']);
    });

    test('8.2.10: several defined EDNS options', async () => {
      const reply = await soa('+edns=0', '+noad', '+norec', '+cookie', '+nsid', '+expire', '+subnet=0.0.0.0/0');
      expectAnswer(reply, 'edns');
      expect(reply.text).toContain('(good)');
    });
  });
});
