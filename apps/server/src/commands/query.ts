import { randomInt } from 'node:crypto';
import { isIP } from 'node:net';
import { exchangeTcp, exchangeUdp } from '@dnsteer/transport';
import { formatName, formatRdata, parseName, typeCode } from '@dnsteer/wire';
import { decodeMessage, encodeMessage, encodeRdata, type Message, type OptRecord, type ResourceRecord } from '@dnsteer/wire/records';

export interface QueryOptions {
  readonly server: string;
  readonly client?: string;
  readonly dnssec?: boolean;
  readonly tcp?: boolean;
  readonly short?: boolean;
  /** Seconds. */
  readonly timeout: number;
}

const UDP_PAYLOAD_OCTETS = 1232;
const DNSSEC_OK = 0x8000;

/** `query NAME TYPE`: a small dig. */
export async function query(name: string, type: string, options: QueryOptions): Promise<void> {
  const { host, port } = readServer(options.server);
  const packet = buildQuery(name, type, options);
  const to = { host, port, timeoutMs: Math.round(options.timeout * 1000) };
  const started = performance.now();
  let tcp = options.tcp === true;
  let octets = tcp ? await exchangeTcp(packet, to) : await exchangeUdp(packet, to);
  let message = decodeMessage(octets);
  // TC: what was cut off is had over TCP (RFC 7766 5).
  if (!tcp && ((octets[2] ?? 0) & 2) !== 0) {
    tcp = true;
    octets = await exchangeTcp(packet, to);
    message = decodeMessage(octets);
  }
  const took = `${(performance.now() - started).toFixed(1)} ms, ${octets.length} octets, ${tcp ? 'TCP' : 'UDP'}, ${host} port ${port}`;
  process.stdout.write(`${(options.short === true ? shortLines(message) : [...messageLines(message, octets), `; ${took}`]).join('\n')}\n`);
}

function readServer(text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? (isIP(text) === 6 ? text : undefined);
  if (host === undefined)
    throw new Error(
      `found server ${JSON.stringify(text)}, expected an address with or without a port, such as 127.0.0.1:5300 or [::1]:5300`,
    );
  return { host, port: Number(match?.[3] ?? 53) };
}

function buildQuery(name: string, type: string, { client, dnssec }: QueryOptions): Uint8Array {
  if (typeCode(type.toUpperCase()) === undefined)
    throw new Error(`found type ${JSON.stringify(type)}, expected a mnemonic such as A, or TYPE65280`);
  const [address, length] = client?.split('/') ?? [];
  const family = isIP(address ?? '');
  if (client !== undefined && family === 0)
    throw new Error(`found client ${JSON.stringify(client)}, expected a prefix such as 81.2.69.0/24`);
  const options =
    address === undefined
      ? []
      : [
          {
            code: 'CLIENT_SUBNET',
            family: family === 4 ? 1 : 2,
            ip: address,
            sourcePrefixLength: Number(length ?? (family === 4 ? 24 : 56)),
          },
        ];
  return encodeMessage({
    id: randomInt(65_536),
    type: 'query',
    questions: [{ name: formatName(parseName(name)), type: type.toUpperCase(), class: 'IN' }],
    additionals: [{ name: '.', type: 'OPT', udpPayloadSize: UDP_PAYLOAD_OCTETS, flags: dnssec === true ? DNSSEC_OK : 0, options }],
  });
}

function shortLines(message: Message): string[] {
  return message.answers.map((record) => rdataText(record));
}

/** Bits of the third and fourth octet of the header (RFC 1035 4.1.1, RFC 4035 3.1.6, 3.2.2). */
const FLAGS: readonly (readonly [name: string, octet: 2 | 3, bit: number])[] = [
  ['qr', 2, 0x80],
  ['aa', 2, 0x04],
  ['tc', 2, 0x02],
  ['rd', 2, 0x01],
  ['ra', 3, 0x80],
  ['ad', 3, 0x20],
  ['cd', 3, 0x10],
];

function messageLines(message: Message, octets: Uint8Array): string[] {
  const flags = FLAGS.filter(([, octet, bit]) => ((octets[octet] ?? 0) & bit) !== 0).map(([name]) => name);
  const lines = [`; ${message.rcode}, flags: ${flags.join(' ')}, id: ${message.id}`];
  for (const record of message.additionals) if (isOpt(record)) lines.push(...optLines(record));
  lines.push(...message.questions.map(({ name, type }) => `;${dotted(name)} IN ${type}`));
  for (const [title, records] of [
    ['ANSWER', message.answers],
    ['AUTHORITY', message.authorities],
    ['ADDITIONAL', message.additionals.filter((record): record is ResourceRecord => !isOpt(record))],
  ] as const) {
    if (records.length > 0)
      lines.push(
        '',
        `; ${title}`,
        ...records.map((record) => `${dotted(record.name)} ${record.ttl} IN ${record.type} ${rdataText(record)}`),
      );
  }
  return [...lines, ''];
}

function isOpt(record: ResourceRecord | OptRecord): record is OptRecord {
  return record.type === 'OPT';
}

function optLines({ udpPayloadSize, flag_do: dnssecOk, options }: OptRecord): string[] {
  const lines = [`; EDNS: version 0, flags:${dnssecOk === true ? ' do' : ''}; udp ${udpPayloadSize}`];
  for (const { ip, sourcePrefixLength, scopePrefixLength, infoCode, extraText } of options ?? []) {
    if (ip !== undefined) lines.push(`; client subnet ${ip}/${sourcePrefixLength}, scope /${scopePrefixLength}`);
    if (infoCode !== undefined) lines.push(`; extended error ${infoCode} ${extraText ?? ''}`);
  }
  return lines;
}

function dotted(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

function rdataText(record: ResourceRecord): string {
  const type = typeCode(record.type)!;
  return formatRdata(type, encodeRdata(type, record.data));
}
