import type { LoggedQuery } from './query-log.ts';
import { queryOfMessage } from './query-log.ts';

// A dnstap file: Frame Streams (https://farsightsec.github.io/fstrm/) of protobuf messages (https://dnstap.info/, dnstap.proto). Of these the few fields that matter are read here.

const CONTROL_START = 2;
const CONTROL_STOP = 3;
/** Of `Dnstap`. */
const FIELD_MESSAGE = 14;
/** Of `Message`. */
const FIELD_TYPE = 1;
const FIELD_QUERY_ADDRESS = 4;
const FIELD_QUERY_SECONDS = 8;
const FIELD_QUERY_MESSAGE = 10;
/** AUTH_QUERY, CLIENT_QUERY, and the others that a server was asked: odd numbers are queries, and these are those of clients. */
const ASKED = new Set([1, 5]);
/** AUTH_RESPONSE and CLIENT_RESPONSE, whose query may be in them where queries were not logged. */
const ANSWERED = new Set([2, 6]);

/** Whether a file begins as Frame Streams do: the escape, and a control frame START. */
export function isDnstap(octets: Uint8Array): boolean {
  return octets.length >= 12 && uint32(octets, 0) === 0 && uint32(octets, 8) === CONTROL_START;
}

/**
 * The queries of a dnstap file, in their order. Where it has queries, responses are passed by, so that none counts twice.
 *
 * @throws Error for a file that is cut short, with the octet at which it ends. What is no query that can be read is passed by.
 */
export function readDnstap(octets: Uint8Array): LoggedQuery[] {
  const asked: LoggedQuery[] = [];
  const answered: LoggedQuery[] = [];
  for (const frame of frames(octets)) {
    const message = fields(frame).get(FIELD_MESSAGE);
    if (!(message instanceof Uint8Array)) continue;
    const own = fields(message);
    const type = Number(own.get(FIELD_TYPE) ?? 0);
    const into = ASKED.has(type) ? asked : ANSWERED.has(type) ? answered : undefined;
    const packet = own.get(FIELD_QUERY_MESSAGE);
    const source = own.get(FIELD_QUERY_ADDRESS);
    if (into === undefined || !(packet instanceof Uint8Array) || !(source instanceof Uint8Array)) continue;
    const query = queryOfMessage(packet, source, Number(own.get(FIELD_QUERY_SECONDS) ?? 0));
    if (query !== undefined) into.push(query);
  }
  return asked.length > 0 ? asked : answered;
}

/** Data frames: a length of 32 bits, big-endian; length 0 escapes a control frame. */
function* frames(octets: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < octets.length; ) {
    const length = frameLength(octets, at);
    at += 4;
    if (length > 0) {
      yield octets.subarray(at, at + length);
      at += length;
      continue;
    }
    const control = frameLength(octets, at);
    at += 4;
    if (control >= 4 && uint32(octets, at) === CONTROL_STOP) return;
    at += control;
  }
}

function frameLength(octets: Uint8Array, at: number): number {
  const length = at + 4 <= octets.length ? uint32(octets, at) : Number.POSITIVE_INFINITY;
  if (at + 4 + length > octets.length) throw new Error(`a dnstap file that is cut short: no whole frame at octet ${at}`);
  return length;
}

function uint32(octets: Uint8Array, at: number): number {
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;
}

/** Fields of a protobuf message by number, the last of each; what is not whole ends it. */
function fields(octets: Uint8Array): Map<number, Uint8Array | bigint> {
  const found = new Map<number, Uint8Array | bigint>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const octet = octets[at++] ?? 0;
      value |= BigInt(octet & 0x7f) << shift;
      if (octet < 0x80) break;
    }
    return value;
  };
  while (at < octets.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    const wireType = tag & 7;
    if (wireType === 0) found.set(number, varint());
    else if (wireType === 1 || wireType === 5) at += wireType === 1 ? 8 : 4;
    else if (wireType === 2) {
      const length = Number(varint());
      if (at + length > octets.length) return found;
      found.set(number, octets.subarray(at, at + length));
      at += length;
    } else return found;
  }
  return found;
}
