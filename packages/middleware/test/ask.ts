import { DnsApp, type Middleware, type PeerFacts } from '@dnsteer/router';

export const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/**
 * The response to `x.test A` with OPT, whose answer is one record.
 *
 * @param options - EDNS options in hexadecimal: code, length, value.
 */
export function ask(middleware: readonly Middleware[], options: string, client: Partial<PeerFacts> = {}): Buffer {
  const app = new DnsApp().use(...middleware).on('*', (c) => c.answer({ type: 'A', data: '192.0.2.1' }));
  const octets = hex(options);
  const opt = `00 0029 04d0 00000000 ${octets.length.toString(16).padStart(4, '0')}`;
  const packet = hex(`abcd 0100 0001 0000 0000 0001 0178047465737400 0001 0001 ${opt} ${options}`);
  const out = new Uint8Array(65_535);
  const peer: PeerFacts = { address: '127.0.0.1', port: 1, family: 4, transport: 'udp', ...client };
  return Buffer.from(out.subarray(0, app.respond(packet, packet.length, peer, out) as number));
}
