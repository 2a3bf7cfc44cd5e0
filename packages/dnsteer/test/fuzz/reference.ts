/** What RFCs ask of a server that gets these octets, found out in another way than by the parser under test. */
export interface Expected {
  readonly reply: 'none' | 'formerr' | 'notimp' | 'badvers' | 'answer' | 'cookie';
  /** Where the one question ends; undefined where there is none that could be echoed. */
  readonly questionEnd?: number;
  /** What the response may have at most over UDP. */
  readonly limitOctets: number;
  readonly hasEdns: boolean;
  readonly clientSubnet?: Uint8Array;
  /** The client's half of its cookie. */
  readonly cookie?: Uint8Array;
}

class Malformed extends Error {}

/** Reads octets in their order, and never past the end. */
class Reader {
  readonly octets: Uint8Array;
  at: number;

  constructor(octets: Uint8Array, at = 0) {
    this.octets = octets;
    this.at = at;
  }

  u8(): number {
    if (this.at >= this.octets.length) throw new Malformed();
    return this.octets[this.at++]!;
  }

  u16(): number {
    return this.u8() * 256 + this.u8();
  }

  take(count: number): Uint8Array {
    if (this.at + count > this.octets.length) throw new Malformed();
    this.at += count;
    return this.octets.subarray(this.at - count, this.at);
  }

  /** RFC 1035 4.1.4; a pointer ends a name, and points to what was before it. */
  name(pointers: boolean): void {
    const start = this.at;
    for (let total = 1; ; ) {
      const octet = this.u8();
      if (octet === 0) return;
      if (octet >= 0xc0 && pointers) {
        if ((octet % 64) * 256 + this.u8() >= start) throw new Malformed();
        return;
      }
      total += octet + 1;
      if (octet > 63 || total > 255) throw new Malformed();
      this.take(octet);
    }
  }
}

interface Edns {
  payload: number;
  version: number;
  clientSubnet?: Uint8Array;
  cookie?: Uint8Array;
}

export function expected(packet: Uint8Array): Expected {
  if (packet.length < 12 || packet[2]! >= 128) return { reply: 'none', limitOctets: 0, hasEdns: false };
  const reader = new Reader(packet, 4);
  const [questions, answers, authorities, additionals] = [reader.u16(), reader.u16(), reader.u16(), reader.u16()] as const;
  let questionEnd: number | undefined;
  let edns: Edns | undefined;
  let isMalformed = false;
  try {
    // RFC 9619: one question, or FORMERR; but none where a cookie is all that is wanted (RFC 7873 5.4).
    if (questions > 1) throw new Malformed();
    if (questions === 1) {
      reader.name(false);
      reader.take(4);
      questionEnd = reader.at;
    }
    edns = readRecords(reader, answers + authorities, additionals);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    isMalformed = true;
  }
  const opcode = Math.floor(packet[2]! / 8) % 16;
  const reply =
    !isMalformed && edns !== undefined && edns.version > 0
      ? 'badvers'
      : opcode !== 0
        ? 'notimp'
        : isMalformed
          ? 'formerr'
          : wellFormedReply(questionEnd, edns);
  return {
    reply,
    limitOctets: Math.min(1232, Math.max(512, edns?.payload ?? 0)),
    hasEdns: edns !== undefined,
    ...(questionEnd !== undefined && { questionEnd }),
    ...(edns?.clientSubnet && { clientSubnet: edns.clientSubnet }),
    ...(edns?.cookie && { cookie: edns.cookie }),
  };
}

function wellFormedReply(questionEnd: number | undefined, edns: Edns | undefined): 'answer' | 'cookie' | 'formerr' {
  if (questionEnd !== undefined) return 'answer';
  return edns?.cookie === undefined ? 'formerr' : 'cookie';
}

function readRecords(reader: Reader, before: number, additionals: number): Edns | undefined {
  let edns: Edns | undefined;
  const count = before + additionals;
  for (let i = 0; i < count; i++) {
    const start = reader.at;
    reader.name(true);
    const type = reader.u16();
    const payload = reader.u16();
    const [, version] = [reader.u8(), reader.u8()];
    reader.take(2);
    const rdata = new Reader(reader.take(reader.u16()));
    // RFC 6891 6.1.1: one OPT, in the additional section, at the root.
    if (type === 41) {
      if (edns !== undefined || i < before || reader.octets[start] !== 0) throw new Malformed();
      edns = { payload, version };
      if (version === 0) readOptions(rdata, edns);
    }
    // RFC 8945 5.1: TSIG comes last.
    if (type === 250 && (i < before || i < count - 1)) throw new Malformed();
  }
  if (reader.at !== reader.octets.length) throw new Malformed();
  return edns;
}

function readOptions(rdata: Reader, edns: Edns): void {
  while (rdata.at < rdata.octets.length) {
    const code = rdata.u16();
    const value = rdata.take(rdata.u16());
    // RFC 7873 5.2: of several cookies the first counts.
    if (code === 10 && edns.cookie === undefined) {
      if (value.length !== 8 && (value.length < 16 || value.length > 40)) throw new Malformed();
      edns.cookie = value.subarray(0, 8);
    }
    if (code === 8 && edns.clientSubnet === undefined) {
      if (!isClientSubnet(value)) throw new Malformed();
      edns.clientSubnet = value;
    }
  }
}

/** RFC 7871 6 and 7.1.1; family 0 without an address is what dig sends for "no use of my address". */
function isClientSubnet(value: Uint8Array): boolean {
  if (value.length < 4 || value[0] !== 0 || value[3] !== 0) return false;
  const bits = [0, 32, 128][value[1]!];
  const source = value[2]!;
  if (bits === undefined || source > bits || value.length !== 4 + Math.ceil(source / 8)) return false;
  return source % 8 === 0 || value.at(-1)! % 2 ** (8 - (source % 8)) === 0;
}
