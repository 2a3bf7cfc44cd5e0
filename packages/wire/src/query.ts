import { DNSSEC_OK, HEADER_OCTETS, OPTION, QR } from './protocol.ts';
import { SearchName } from './search-name.ts';
import { OPCODE, TYPE } from './types.ts';

/** What {@link parseQuery} says. With any but DROP, id, flags, question and EDNS facts serve for a reply. */
export const PARSE = {
  PARSED: 0,
  /** Not a query at all: say nothing. */
  DROP: 1,
  FORMERR: 2,
  NOTIMP: 3,
  BADVERS: 4,
  /** A QUERY without a question, whose OPT has a COOKIE: all that is wanted is a server cookie (RFC 7873 5.4). */
  NO_QUESTION: 5,
} as const;

export type ParseStatus = (typeof PARSE)[keyof typeof PARSE];

/** The least that a UDP payload may be, and what holds without EDNS (RFC 6891 6.2.3). */
const MIN_UDP_PAYLOAD_OCTETS = 512;

const FIRST_LOCAL_OPTION = 65001;
const LAST_LOCAL_OPTION = 65534;

/** The facts of one query, as numbers and offsets into its packet. Made once; each {@link parseQuery} overwrites all of it. */
export class QueryView {
  /** The packet that was parsed last; not copied. Its octets after `length` mean nothing. */
  packet: Uint8Array = new Uint8Array(HEADER_OCTETS);
  length = 0;
  id = 0;
  /** The second 16 bits of the header, as they came. */
  flags = 0;
  opcode = 0;
  /** Whether there is exactly one question and it is whole: `packet[12..questionEnd)`. */
  hasQuestion = false;
  questionEnd = HEADER_OCTETS;
  /** The root when there is no question. */
  readonly qname: SearchName = new SearchName();
  qtype = 0;
  qclass = 0;
  hasEdns = false;
  ednsVersion = 0;
  /** The sender's UDP payload size, at least 512; 512 without EDNS. */
  udpPayloadOctets: number = MIN_UDP_PAYLOAD_OCTETS;
  dnssecOk = false;
  /** The lower 16 bits of OPT's TTL field, DO the highest of them. */
  ednsFlags = 0;
  hasClientSubnet = false;
  /** 1 IPv4, 2 IPv6; 0 where a client that asks for no use of its address left the family out. */
  ecsFamily = 0;
  /** SOURCE PREFIX-LENGTH in bits. */
  ecsSourcePrefix = 0;
  /** The client's prefix: the first 4 or 16 octets, by family; zeros behind the prefix. */
  readonly ecsAddress: Uint8Array = new Uint8Array(16);
  /** Where the value of the COOKIE option starts in the packet; 0: there is none. */
  cookieAt = 0;
  /** Octets of the COOKIE option: 8, or 16 to 40. */
  cookieLength = 0;
  nsidRequested = false;
  /** Whether there is an edns-tcp-keepalive option (RFC 7828). */
  keepaliveRequested = false;
  /** Whether there is a Padding option (RFC 7830). */
  isPadded = false;
  /** Where the first option for local use (65001-65534, RFC 6891 9) starts in the packet, at its OPTION-CODE; 0: there is none. */
  localOptionAt = 0;
  /** Where the options end in the packet; means something where there is a local one. */
  optionsEnd = 0;
  /** Where the TSIG record starts in the packet, at its owner; 0: there is none. */
  tsigAt = 0;
}

/**
 * Parses the header, the question, OPT and its options, and finds TSIG; other records are stepped over.
 *
 * @param packet - kept in `view`, not copied.
 * @param length - octets of `packet` that are the message.
 * @param view - overwritten. `view.qname` is in lower case; the packet keeps the case that was sent.
 * @returns DROP for a response and for what has no whole header; BADVERS for an EDNS version other than 0, else NOTIMP for an OPCODE other than QUERY; NO_QUESTION for QDCOUNT 0 with a COOKIE;
 * FORMERR for other QDCOUNTs than 1 (RFC 9619), for what is cut short or followed by more, for OPT that is not alone, not at the root
 * (RFC 6891 6.1.1) or has malformed options (RFC 7871 7.1, RFC 7873 5.2.2); BADVERS for an EDNS version other than 0.
 * Never throws, never allocates; the work is linear in `length`.
 */
export function parseQuery(packet: Uint8Array, length: number, view: QueryView): ParseStatus {
  reset(view, packet, length);
  // The QR bit is looked at first: two servers that answer answers never stop.
  if (length < HEADER_OCTETS || (packet[2] & (QR >> 8)) !== 0) return PARSE.DROP;
  view.id = (packet[0] << 8) | packet[1];
  view.flags = (packet[2] << 8) | packet[3];
  view.opcode = (packet[2] >> 3) & 15;
  const wellFormed = (hasNoQuestion(packet, view) || parseQuestion(packet, length, view)) && parseRecords(packet, length, view);
  // What another version says of the message is not known, its OPCODE either (RFC 6891 6.1.3).
  if (wellFormed && view.ednsVersion !== 0) return PARSE.BADVERS;
  if (view.opcode !== OPCODE.QUERY) return PARSE.NOTIMP;
  if (!wellFormed) return PARSE.FORMERR;
  if (view.hasQuestion) return PARSE.PARSED;
  return view.cookieAt > 0 ? PARSE.NO_QUESTION : PARSE.FORMERR;
}

function reset(view: QueryView, packet: Uint8Array, length: number): void {
  view.packet = packet;
  view.length = length;
  view.id = 0;
  view.flags = 0;
  view.opcode = 0;
  view.hasQuestion = false;
  view.questionEnd = HEADER_OCTETS;
  view.qtype = 0;
  view.qclass = 0;
  view.hasEdns = false;
  view.ednsVersion = 0;
  view.udpPayloadOctets = MIN_UDP_PAYLOAD_OCTETS;
  view.dnssecOk = false;
  view.ednsFlags = 0;
  view.hasClientSubnet = false;
  view.ecsFamily = 0;
  view.ecsSourcePrefix = 0;
  view.cookieAt = 0;
  view.cookieLength = 0;
  view.nsidRequested = false;
  view.keepaliveRequested = false;
  view.isPadded = false;
  view.localOptionAt = 0;
  view.tsigAt = 0;
}

function hasNoQuestion(packet: Uint8Array, { qname }: QueryView): boolean {
  if ((packet[4] | packet[5]) !== 0) return false;
  qname.setRoot();
  return true;
}

function parseQuestion(packet: Uint8Array, length: number, view: QueryView): boolean {
  const { qname } = view;
  if (((packet[4] << 8) | packet[5]) !== 1 || !qname.set(packet, HEADER_OCTETS, length)) {
    qname.setRoot();
    return false;
  }
  const at = HEADER_OCTETS + qname.length;
  if (at + 4 > length) {
    qname.setRoot();
    return false;
  }
  view.qtype = (packet[at] << 8) | packet[at + 1];
  view.qclass = (packet[at + 2] << 8) | packet[at + 3];
  view.questionEnd = at + 4;
  view.hasQuestion = true;
  return true;
}

/** Steps over the records behind the question; false when something is malformed. */
function parseRecords(packet: Uint8Array, length: number, view: QueryView): boolean {
  let at = view.questionEnd;
  const beforeAdditional = ((packet[6] << 8) | packet[7]) + ((packet[8] << 8) | packet[9]);
  const count = beforeAdditional + ((packet[10] << 8) | packet[11]);
  for (let i = 0; i < count; i++) {
    const ownerAt = at;
    at = skipName(packet, at, length);
    if (at < 0 || at + 10 > length) return false;
    const type = (packet[at] << 8) | packet[at + 1];
    const end = at + 10 + ((packet[at + 8] << 8) | packet[at + 9]);
    if (end > length) return false;
    if (type === TYPE.OPT) {
      if (i < beforeAdditional || view.hasEdns || packet[ownerAt] !== 0 || !parseOpt(packet, at, end, view)) return false;
    } else if (type === TYPE.TSIG) {
      // RFC 8945 5.1: the last record of the additional section, or FORMERR.
      if (i < beforeAdditional || i !== count - 1) return false;
      view.tsigAt = ownerAt;
    }
    at = end;
  }
  return at === length;
}

/** Where the name at `at` ends, -1 when it doesn't fit. Pointers have to point back, and are not followed. */
function skipName(packet: Uint8Array, at: number, length: number): number {
  const start = at;
  while (at < length) {
    const octet = packet[at];
    if (octet === 0) return at + 1;
    if (octet >= 0xc0) return at + 2 <= length && (((octet & 0x3f) << 8) | packet[at + 1]) < start ? at + 2 : -1;
    // 01 and 10 are reserved (RFC 1035 4.1.4); 254 octets and the root fill a name.
    if (octet > 63 || at + 1 + octet - start > 254) return -1;
    at += octet + 1;
  }
  return -1;
}

/** @param at - the TYPE field of OPT (RFC 6891 6.1.2). */
function parseOpt(packet: Uint8Array, at: number, end: number, view: QueryView): boolean {
  view.hasEdns = true;
  const payloadOctets = (packet[at + 2] << 8) | packet[at + 3];
  view.udpPayloadOctets = Math.max(payloadOctets, MIN_UDP_PAYLOAD_OCTETS);
  view.ednsVersion = packet[at + 5];
  view.ednsFlags = (packet[at + 6] << 8) | packet[at + 7];
  view.dnssecOk = (view.ednsFlags & DNSSEC_OK) !== 0;
  // What another version means by its RDATA is not known.
  return view.ednsVersion !== 0 || parseOptions(packet, at + 10, end, view);
}

function parseOptions(packet: Uint8Array, at: number, end: number, view: QueryView): boolean {
  while (at < end) {
    if (at + 4 > end) return false;
    const code = (packet[at] << 8) | packet[at + 1];
    const octets = (packet[at + 2] << 8) | packet[at + 3];
    at += 4;
    if (at + octets > end) return false;
    if (code === OPTION.CLIENT_SUBNET) {
      if (!view.hasClientSubnet && !parseClientSubnet(packet, at, octets, view)) return false;
    } else if (code === OPTION.COOKIE) {
      // RFC 7873 5.2: all but the first are ignored. 5.2.2: 8 octets from the client, and 8-32 from the server.
      if (view.cookieAt === 0) {
        if (octets !== 8 && (octets < 16 || octets > 40)) return false;
        view.cookieAt = at;
        view.cookieLength = octets;
      }
    } else if (code === OPTION.NSID) {
      view.nsidRequested = true;
    } else if (code === OPTION.TCP_KEEPALIVE) {
      view.keepaliveRequested = true;
    } else if (code === OPTION.PADDING) {
      view.isPadded = true;
    } else if (code >= FIRST_LOCAL_OPTION && code <= LAST_LOCAL_OPTION && view.localOptionAt === 0) {
      view.localOptionAt = at - 4;
      view.optionsEnd = end;
    }
    at += octets;
  }
  return true;
}

/** Whether a query that was parsed has an option for local use of this code (65001-65534, RFC 6891 9). */
export function hasLocalOption({ packet, localOptionAt, optionsEnd }: QueryView, code: number): boolean {
  if (localOptionAt === 0) return false;
  for (let at = localOptionAt; at < optionsEnd; at += 4 + ((packet[at + 2] << 8) | packet[at + 3]))
    if (((packet[at] << 8) | packet[at + 1]) === code) return true;
  return false;
}

/** RFC 7871 6 and 7.1.1: exactly the octets that SOURCE needs, zero bits behind it, SCOPE zero in a query. */
function parseClientSubnet(packet: Uint8Array, at: number, octets: number, view: QueryView): boolean {
  if (octets < 4) return false;
  const family = (packet[at] << 8) | packet[at + 1];
  const sourcePrefix = packet[at + 2];
  // dig sends family 0 with +subnet=0; there only an empty prefix has a meaning.
  const maxPrefix = family === 1 ? 32 : family === 2 ? 128 : family === 0 ? 0 : -1;
  const addressOctets = (sourcePrefix + 7) >> 3;
  if (sourcePrefix > maxPrefix || packet[at + 3] !== 0 || octets !== 4 + addressOctets) return false;
  const spareBits = addressOctets * 8 - sourcePrefix;
  if (addressOctets > 0 && (packet[at + octets - 1] & ((1 << spareBits) - 1)) !== 0) return false;
  const { ecsAddress } = view;
  for (let i = 0; i < 16; i++) ecsAddress[i] = i < addressOctets ? packet[at + 4 + i] : 0;
  view.hasClientSubnet = true;
  view.ecsFamily = family;
  view.ecsSourcePrefix = sourcePrefix;
  return true;
}
