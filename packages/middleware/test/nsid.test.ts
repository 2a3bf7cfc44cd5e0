import { readFileSync } from 'node:fs';
import { DnsApp } from '@dnsteer/router';
import { expect, test } from 'vitest';
import { MIDDLEWARE_ERROR_CODES } from '../src/errors.ts';
import { nsid } from '../src/index.ts';

/** A query for x.test A with OPT, with or without an NSID option. */
function ask(withNsid: boolean): string {
  const app = new DnsApp().use(nsid('ns1')).on('*', (c) => c.answer({ type: 'A', data: '192.0.2.1' }));
  const opt = `0000291000${'00000000'}${withNsid ? '000400030000' : '0000'}`;
  const packet = Uint8Array.from(Buffer.from(`abcd0100000100000000000101780474657374000001${'0001'}${opt}`, 'hex'));
  const out = new Uint8Array(512);
  const octets = app.respond(packet, packet.length, { address: '127.0.0.1', port: 1, family: 4, transport: 'udp' }, out) as number;
  return Buffer.from(out.subarray(0, octets)).toString('hex');
}

test('RFC 5001 2.2: to those who ask, and to nobody else', () => {
  const option = `00030003${Buffer.from('ns1').toString('hex')}`;
  expect(ask(true)).toContain(option);
  expect(ask(false)).not.toContain(option);
});

test.each(['', 'x'.repeat(129)])('an identifier of the wrong length is an error with a code', (text) => {
  expect(() => nsid(text)).toThrow(expect.objectContaining({ code: 'ERR_MIDDLEWARE_NSID' }));
});

test('the README lists every error code, and no other', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const listed = [...readme.matchAll(/^\| `(ERR_MIDDLEWARE_[A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(listed.sort()).toEqual([...MIDDLEWARE_ERROR_CODES].sort());
});
