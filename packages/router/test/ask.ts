import { decodeMessage, encodeMessage, type Message } from '@dnsteer/wire/records';
import { DnsApp, type DnsAppOptions, type PeerFacts, type Report } from '../src/index.ts';

/** An app, what it reported, and a way to ask it in octets. */
export function subject(options: DnsAppOptions = {}) {
  const reports: Report[] = [];
  const app = new DnsApp({ report: (report) => reports.push(report), ...options });
  const out = new Uint8Array(65535);

  /** Octets in, the response out; undefined for silence. */
  const ask = async (packet: Uint8Array, peer: Partial<PeerFacts> = {}) => {
    const reply = await app.respond(packet, packet.length, { address: '127.0.0.1', port: 5353, family: 4, transport: 'udp', ...peer }, out);
    const octets = typeof reply === 'number' ? out.slice(0, reply) : (reply ?? new Uint8Array(0));
    return octets.length === 0 ? undefined : { octets, message: decodeMessage(octets) };
  };
  return { app, reports, ask };
}

export interface QueryParts {
  name?: string;
  type?: string;
  class?: string;
  flags?: number;
  /** Left out: no EDNS. */
  edns?: { payload?: number; version?: number; flags?: number; options?: readonly object[] };
}

export function query({ name = 'www.test', type = 'A', class: rclass = 'IN', flags = 0, edns }: QueryParts = {}): Uint8Array {
  const opt = edns && {
    name: '.',
    type: 'OPT',
    udpPayloadSize: edns.payload ?? 1232,
    ednsVersion: edns.version ?? 0,
    flags: edns.flags ?? 0,
    options: edns.options ?? [],
  };
  return encodeMessage({
    id: 0x1234,
    type: 'query',
    flags,
    questions: [{ name, type, class: rclass }],
    additionals: opt ? [opt] : [],
  } as Message);
}

export const ecs = (ip: string, sourcePrefixLength: number) => ({ code: 8, ip, sourcePrefixLength });

/** The options of the response's OPT; undefined when it has none. */
export function optionsOf(message: Message): Record<string, unknown>[] | undefined {
  const opt = message.additionals?.find(({ type }) => type === 'OPT');
  return (opt as { options?: Record<string, unknown>[] } | undefined)?.options;
}

/** INFO-CODEs of Extended DNS Errors (RFC 8914 2), OPT being the last record. */
export function extendedErrorsOf(octets: Uint8Array): number[] {
  const { additionals = [] } = decodeMessage(octets);
  const options = (additionals.at(-1) as { options?: { code: number; data?: Uint8Array }[] }).options ?? [];
  return options.filter(({ code }) => code === 15).map(({ data }) => (data![0]! << 8) | data![1]!);
}

/** SCOPE PREFIX-LENGTH of the response's client subnet; undefined when it has none. */
export function scopeOf(message: Message): unknown {
  return optionsOf(message)?.find((option) => option['scopePrefixLength'] !== undefined)?.['scopePrefixLength'];
}
