import { DnsApp } from '@dnsteer/router';
import { parseName } from '@dnsteer/wire';
import { decodeMessage, type Message } from '@dnsteer/wire/records';
import { expect, test } from 'vitest';
import { acl, type ChaosOptions, chaos } from '../src/index.ts';

/** The response to a query of class CH unless it is said, TXT unless it is said, over UDP without EDNS. */
function ask(options: ChaosOptions, name: string, { type = 16, rclass = 3 } = {}, allow = ['192.0.2.1']): Message {
  const app = new DnsApp().use(acl({ allow }), chaos(options));
  const packet = Uint8Array.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...parseName(name), 0, type, 0, rclass]);
  const out = new Uint8Array(1232);
  const peer = { address: '192.0.2.1', port: 1, family: 4, transport: 'udp' } as const;
  return decodeMessage(out.subarray(0, app.respond(packet, packet.length, peer, out) as number));
}

const both = { version: 'dnsteer 1', id: 'fra-1' };

test.each([
  ['version.bind', 'dnsteer 1'],
  ['version.server', 'dnsteer 1'],
  ['id.server', 'fra-1'],
  ['hostname.bind', 'fra-1'],
])('RFC 4892 3: %s TXT CH, at TTL 0, without AA', (name, text) => {
  const { answers, rcode, flag_aa, authorities, additionals } = ask(both, name);
  expect(answers).toMatchObject([{ name, type: 'TXT', class: 'CH', ttl: 0 }]);
  expect(String((answers![0] as { data: unknown }).data)).toBe(text);
  expect({ rcode, flag_aa, authorities, additionals }).toEqual({ rcode: 'NOERROR', flag_aa: false, authorities: [], additionals: [] });
});

test('RFC 4343 4.1: in any case, which comes back; and for ANY', () => {
  expect(ask(both, 'Version.BIND').answers).toMatchObject([{ name: 'Version.BIND', class: 'CH' }]);
  expect(ask(both, 'id.server', { type: 255 }).answers).toHaveLength(1);
});

test.each([
  ['another name', both, 'authors.bind', {}],
  ['a name below', both, 'x.version.bind', {}],
  ['another type', both, 'version.bind', { type: 1 }],
  ['class IN', both, 'version.bind', { rclass: 1 }],
  ['class HS', both, 'version.bind', { rclass: 4 }],
  ['class ANY', both, 'version.bind', { rclass: 255 }],
  ['a version that is not told', { id: 'x' }, 'version.bind', {}],
  ['an id that is not told', { version: 'x' }, 'hostname.bind', {}],
])('RFC 4892 3: %s is REFUSED', (_, options, name, parts) => {
  expect(ask(options, name, parts)).toMatchObject({ rcode: 'REFUSED', answers: [] });
});

test('who is not to be answered is told nothing', () => {
  expect(ask(both, 'version.bind', {}, ['198.51.100.0/24'])).toMatchObject({ rcode: 'REFUSED', answers: [] });
});

test('the next response is of class IN again', async () => {
  const app = new DnsApp().use(chaos(both)).on('www.test', 'A', (c) => c.answer({ type: 'A', data: '192.0.2.1' }));
  const packet = Uint8Array.from([0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...parseName('id.server'), 0, 16, 0, 3]);
  app.respond(packet, packet.length, { address: '192.0.2.1', port: 1, family: 4, transport: 'udp' }, new Uint8Array(512));
  expect((await app.query('www.test', 'A')).answers).toMatchObject([{ type: 'A', class: 'IN' }]);
});

test.each(['', 'x'.repeat(256), 'é'.repeat(128)])('a text that a TXT string can not hold is an error with a code', (version) => {
  expect(() => chaos({ version })).toThrow(expect.objectContaining({ code: 'ERR_MIDDLEWARE_CHAOS' }));
});
