import type { DigEdns, DigRecord, DigReply } from './dig.ts';

/** Takes apart what dig prints with `+cmd +nosplit`: one entry a query, undefined for a query without an answer. */
export function parseReplies(output: string): (DigReply | undefined)[] {
  // In batch mode too, each query begins with the line that repeats the command.
  const [, ...parts] = output.split(/^; <<>> DiG .*$/m);
  return parts.map(parseReply);
}

const sections = { ANSWER: 'answer', AUTHORITY: 'authority', ADDITIONAL: 'additional' } as const;

function parseReply(text: string): DigReply | undefined {
  const header = /^;; ->>HEADER<<- opcode: (\S+), status: (\S+), id: (\d+)$/m.exec(text);
  const flags = /^;; flags:([^;]*);/m.exec(text);
  if (!header || !flags) return undefined;
  const records: Record<'answer' | 'authority' | 'additional', DigRecord[]> = { answer: [], authority: [], additional: [] };
  const question: { name: string; class: string; type: string }[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    const title = /^;; (\w+) SECTION:$/.exec(line);
    if (title) {
      section = title[1]!;
    } else if (line === '' || line.startsWith(';; ')) {
      section = '';
    } else if (section === 'QUESTION') {
      const [name, cls, type] = line.slice(1).split(/\s+/);
      question.push({ name: name!, class: cls!, type: type! });
    } else if (section in sections) {
      const record = parseRecord(line);
      if (record) records[sections[section as keyof typeof sections]].push(record);
    }
  }
  const edns = parseEdns(text);
  return {
    id: Number(header[3]),
    opcode: header[1]!,
    rcode: header[2]!,
    flags: flags[1]!.trim().split(/\s+/).filter(Boolean),
    ...(edns ? { edns } : {}),
    question,
    ...records,
    transport: /^;; SERVER: .*\((\w+)\)$/m.exec(text)?.[1] ?? '',
    octets: Number(/^;; MSG SIZE {2}rcvd: (\d+)$/m.exec(text)?.[1] ?? 0),
    text: text.trim(),
  };
}

function parseRecord(line: string): DigRecord | undefined {
  // Blanks within names and strings are escaped or quoted, so the first four fields end at the first blank; RDATA may be empty.
  const fields = /^(\S+)\s+(\d+)\s+(\S+)\s+(\S+)(?:\s+(.*))?$/.exec(line);
  if (!fields || line.startsWith(';')) return undefined;
  return { name: fields[1]!, ttl: Number(fields[2]), class: fields[3]!, type: fields[4]!, rdata: fields[5] ?? '' };
}

function parseEdns(text: string): DigEdns | undefined {
  const opt = /^; EDNS: version: (\d+), flags:([^;]*);.* udp: (\d+)$/m.exec(text);
  if (!opt) return undefined;
  const subnet = /^; CLIENT-SUBNET: (\S+)\/(\d+)\/(\d+)$/m.exec(text);
  const cookie = /^; COOKIE: (\S+)/m.exec(text);
  const nsid = /^; NSID: .*\("(.*)"\)$/m.exec(text);
  const extendedErrors = [...text.matchAll(/^; EDE: (\d+)(?: \([^)]*\))?(?:: \((.*)\))?$/gm)];
  return {
    version: Number(opt[1]),
    flags: opt[2]!.trim().split(/\s+/).filter(Boolean),
    udpPayloadOctets: Number(opt[3]),
    ...(subnet ? { clientSubnet: { address: subnet[1]!, sourcePrefix: Number(subnet[2]), scopePrefix: Number(subnet[3]) } } : {}),
    ...(cookie ? { cookie: cookie[1]! } : {}),
    ...(nsid ? { nsid: nsid[1]! } : {}),
    extendedErrors: extendedErrors.map((match) => ({ code: Number(match[1]), text: match[2] ?? '' })),
  };
}
