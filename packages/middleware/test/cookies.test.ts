import { DnsApp, type PeerFacts } from '@dnsteer/router';
import { describe, expect, test } from 'vitest';
import { cookies } from '../src/index.ts';
import { SipHash } from '../src/siphash.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

/** A query for x.test A with OPT and a COOKIE option. */
function queryWithCookie(cookie: string): Uint8Array {
  const option = `000a${(cookie.length / 2).toString(16).padStart(4, '0')}${cookie}`;
  const opt = `000029${'04d0'}00000000${(option.length / 2).toString(16).padStart(4, '0')}${option}`;
  return hex(`abcd01000001000000000001${'0178047465737400'}00010001${opt}`);
}

function ask(options: Parameters<typeof cookies>[0], client: Partial<PeerFacts>, nowSeconds: number, cookie: string) {
  const app = new DnsApp({ nowSeconds: () => nowSeconds }).use(cookies(options)).on('*', (c) => c.answer({ type: 'A', data: '192.0.2.1' }));
  const packet = queryWithCookie(cookie);
  const out = new Uint8Array(4096);
  const octets = app.respond(
    packet,
    packet.length,
    { address: '198.51.100.100', port: 5353, family: 4, transport: 'udp', ...client },
    out,
  ) as number;
  const text = Buffer.from(out.subarray(0, octets)).toString('hex');
  const at = text.lastIndexOf('000a0018');
  return {
    cookie: at < 0 ? undefined : text.slice(at + 8, at + 8 + 48),
    answers: out[7],
    rcode: (out[3]! & 15) | (text.includes('00002904d001') ? 16 : 0),
  };
}

test('SipHash-2-4: the vector of its paper, appendix A', () => {
  const out = new Uint8Array(8);
  new SipHash(hex('000102030405060708090a0b0c0d0e0f')).hash(hex('000102030405060708090a0b0c0d0e'), 15, out, 0);
  expect(Buffer.from(out).toString('hex')).toBe('e545be4961ca29a1');
});

describe('RFC 9018 appendix A', () => {
  const secrets = ['e5e973e5a6b2a43f48e7dc849e37bfcf'];

  test('A.1: learning a new server cookie', () => {
    const reply = ask({ secrets }, {}, 1559731985, '2464c4abcf10c957');
    expect(reply.cookie).toBe('2464c4abcf10c957010000005cf79f111f8130c3eee29480');
    expect(reply.answers).toBe(1);
  });

  test('A.4: IPv6, and a secret that was replaced is still accepted', () => {
    const rolled = ['445536bcd2513298075a5d379663c962', 'dd3bdf9344b678b185a6f5cb60fca715'];
    const reply = ask(
      { secrets: rolled, require: true },
      { address: '2001:db8:220:1:59de:d0f4:8769:82b8', family: 6 },
      1559741961,
      '22681ab97d52c298010000005cf7c57926556bd0934c72f8',
    );
    expect(reply.answers).toBe(1);
    expect(reply.cookie).toBe('22681ab97d52c298010000005cf7c609a6bb79d16625507a');
  });
});

describe('RFC 7873 5.2', () => {
  const secrets = ['e5e973e5a6b2a43f48e7dc849e37bfcf'];
  const valid = '2464c4abcf10c957010000005cf79f111f8130c3eee29480';

  test('5.2.3: with `require`, a client cookie alone gets BADCOOKIE and a server cookie over UDP, an answer over TCP', () => {
    const udp = ask({ secrets, require: true }, {}, 1559731985, '2464c4abcf10c957');
    expect(udp).toMatchObject({ rcode: 23, answers: 0, cookie: valid });
    expect(ask({ secrets, require: true }, { transport: 'tcp' }, 1559731985, '2464c4abcf10c957')).toMatchObject({ rcode: 0, answers: 1 });
  });

  test.each([
    ['as it was made', 1559731985, valid, '198.51.100.100', 0],
    ['an hour old', 1559731985 + 3600, valid, '198.51.100.100', 0],
    ['older', 1559731985 + 3601, valid, '198.51.100.100', 23],
    ['more than five minutes ahead', 1559731985 - 301, valid, '198.51.100.100', 23],
    ['of another address', 1559731985, valid, '198.51.100.101', 23],
    ['with a bit changed', 1559731985, `${valid.slice(0, -1)}1`, '198.51.100.100', 23],
    ['of another version', 1559731985, valid.replace('01000000', '02000000'), '198.51.100.100', 23],
  ])('a server cookie %s: RCODE', (_, nowSeconds, cookie, address, rcode) => {
    expect(ask({ secrets, require: true }, { address }, nowSeconds, cookie).rcode).toBe(rcode);
  });

  test('a query without the option is answered without it', async () => {
    const app = new DnsApp().use(cookies({ secrets, require: true })).on('*', (c) => c.answer({ type: 'A', data: '192.0.2.1' }));
    const reply = await app.query('x.test', 'A');
    expect(reply.answers).toHaveLength(1);
    expect(JSON.stringify(reply.additionals)).not.toContain('COOKIE');
  });
});

describe('RFC 7873 5.4: a query without a question', () => {
  const secrets = ['e5e973e5a6b2a43f48e7dc849e37bfcf'];
  const valid = '2464c4abcf10c957010000005cf79f111f8130c3eee29480';

  const askForCookie = (cookie: string, transport: 'udp' | 'tcp', require: boolean) => {
    const app = new DnsApp({ nowSeconds: () => 1559731985 }).use(cookies({ secrets, require }));
    const octets = cookie.length / 2;
    const packet = hex(
      `abcd0000000000000000000100002904d0000000000${(octets + 4).toString(16).padStart(3, '0')}000a00${octets.toString(16).padStart(2, '0')}${cookie}`,
    );
    const out = new Uint8Array(512);
    const length = app.respond(packet, packet.length, { address: '198.51.100.100', port: 1, family: 4, transport }, out) as number;
    return Buffer.from(out.subarray(0, length)).toString('hex');
  };
  const reply = (extendedRcode: string, header: string) =>
    `abcd${header}000000000000000100002904d0${extendedRcode}000000001c000a0018${valid}`;

  test.each(['udp', 'tcp'] as const)(
    'over %s: one cookie and nothing else; NOERROR, or BADCOOKIE when the server cookie is not valid',
    (transport) => {
      for (const require of [false, true]) {
        expect(askForCookie('2464c4abcf10c957', transport, require)).toBe(reply('00', '8000'));
        expect(askForCookie(valid, transport, require)).toBe(reply('00', '8000'));
        expect(askForCookie(`${valid.slice(0, -1)}1`, transport, require)).toBe(reply('01', '8007'));
      }
    },
  );
});

test('a secret that is none is an error with a code', () => {
  expect(() => cookies({ secrets: ['abc'] })).toThrow(expect.objectContaining({ code: 'ERR_MIDDLEWARE_COOKIE_SECRET' }));
  expect(() => cookies({ secrets: [] })).toThrow(expect.objectContaining({ code: 'ERR_MIDDLEWARE_COOKIE_SECRET' }));
});

test('RFC 7873 5.3: an answer that leaves no room for the cookie goes over TCP, since without the cookie it would be dropped', () => {
  const answered = (records: number, transport: 'udp' | 'tcp') => {
    const app = new DnsApp()
      .use(cookies())
      .on('*', (c) => c.answer(...Array.from({ length: records }, (_, i) => ({ type: 'AAAA', data: `2001:db8::${i}` }))));
    const packet = queryWithCookie('2464c4abcf10c957');
    packet.set([2, 0], 27); // a UDP payload of 512 octets
    const out = new Uint8Array(4096);
    const octets = app.respond(packet, packet.length, { address: '192.0.2.1', port: 5353, family: 4, transport }, out) as number;
    const text = Buffer.from(out.subarray(0, octets)).toString('hex');
    return { octets, answers: out[7], truncated: (out[2]! & 2) !== 0, hasCookie: text.includes('000a00182464c4abcf10c957') };
  };
  expect(answered(16, 'udp')).toEqual({ octets: 24 + 16 * 28 + 11 + 28, answers: 16, truncated: false, hasCookie: true });
  expect(answered(17, 'udp')).toEqual({ octets: 24 + 11 + 28, answers: 0, truncated: true, hasCookie: true });
  expect(answered(17, 'tcp')).toEqual({ octets: 24 + 17 * 28 + 11 + 28, answers: 17, truncated: false, hasCookie: true });
});
