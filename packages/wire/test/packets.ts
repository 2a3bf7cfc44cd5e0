import { parseName } from '../src/index.ts';

/** Octets from numbers, hex strings and octets, one after the other. */
export function octets(...parts: readonly (number | string | Uint8Array)[]): Uint8Array {
  const pieces = parts.map((part) => {
    if (typeof part === 'number') return Buffer.from([part]);
    return typeof part === 'string' ? Buffer.from(part.replaceAll(/\s/g, ''), 'hex') : Buffer.from(part);
  });
  return Uint8Array.from(Buffer.concat(pieces));
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

export function option(code: number, value: Uint8Array): Uint8Array {
  return octets(u16(code), u16(value.length), value);
}

export interface OptParts {
  payload?: number;
  version?: number;
  flags?: number;
  options?: readonly Uint8Array[];
}

export function opt({ payload = 1232, version = 0, flags = 0, options = [] }: OptParts = {}): Uint8Array {
  const rdata = octets(...options);
  return octets('00 0029', u16(payload), 0, version, u16(flags), u16(rdata.length), rdata);
}

export interface QueryParts {
  id?: number;
  /** The 16 bits behind the ID; RD by default. */
  flags?: number;
  name?: string;
  type?: number;
  /** QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT, where the parts below don't say. */
  counts?: readonly number[];
  answers?: readonly Uint8Array[];
  authorities?: readonly Uint8Array[];
  additionals?: readonly Uint8Array[];
}

/** A query, by hand, so that nothing under test makes it. */
export function query({ id = 0x1234, flags = 0x0100, name = 'www.example.', type = 1, ...rest }: QueryParts = {}): Uint8Array {
  const { answers = [], authorities = [], additionals = [] } = rest;
  const counts = rest.counts ?? [1, answers.length, authorities.length, additionals.length];
  const records = [...answers, ...authorities, ...additionals];
  return octets(u16(id), u16(flags), ...counts.map(u16), parseName(name), u16(type), u16(1), ...records);
}
