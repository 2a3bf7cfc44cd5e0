import { TYPE } from '../types.ts';
import type { Presentation } from './form.ts';
import { a } from './presentation/a.ts';
import { aaaa } from './presentation/aaaa.ts';
import { caa } from './presentation/caa.ts';
import { cname } from './presentation/cname.ts';
import { dname } from './presentation/dname.ts';
import { dnskey } from './presentation/dnskey.ts';
import { ds } from './presentation/ds.ts';
import { https } from './presentation/https.ts';
import { mx } from './presentation/mx.ts';
import { ns } from './presentation/ns.ts';
import { nsec } from './presentation/nsec.ts';
import { ptr } from './presentation/ptr.ts';
import { rrsig } from './presentation/rrsig.ts';
import { soa } from './presentation/soa.ts';
import { srv } from './presentation/srv.ts';
import { svcb } from './presentation/svcb.ts';
import { txt } from './presentation/txt.ts';

/**
 * A field as it stands in RDATA: so many octets, a domain name, a <character-string>, or, to the end,
 * character-strings (one or more), octets (one or more), anything or nothing, a Type Bit Maps field, or SvcParams; or a form of its own.
 */
export type RdataField = number | 'name' | 'string' | 'strings' | 'octets' | 'rest' | 'bitmap' | 'svcparams' | FieldEnd;

/** A field of a form that few types have: where it ends when it starts at `at`, or -1 when it does not fit or is malformed. Never throws. */
export type FieldEnd = (octets: Uint8Array, at: number, end: number) => number;

/**
 * What may be done to the names in RDATA:
 * `compress` - written and read compressed: the types of RFC 1035 (RFC 3597 4);
 * `decompress` - written whole, but read compressed too, since some old senders do (RFC 3597 4, and for SRV RFC 2782);
 * `whole` - never compressed.
 */
export type NameRule = 'compress' | 'decompress' | 'whole';

export interface RdataDescriptor {
  type: number;
  fields: readonly RdataField[];
  names: NameRule;
  /** Whether names are in lower case in canonical form (RFC 4034 6.2, as corrected by RFC 6840 5.1). */
  lowerCase: boolean;
  presentation: Presentation;
}

const rows: readonly RdataDescriptor[] = [
  { type: TYPE.A, fields: [4], names: 'whole', lowerCase: false, presentation: a },
  { type: TYPE.NS, fields: ['name'], names: 'compress', lowerCase: true, presentation: ns },
  { type: TYPE.CNAME, fields: ['name'], names: 'compress', lowerCase: true, presentation: cname },
  { type: TYPE.SOA, fields: ['name', 'name', 20], names: 'compress', lowerCase: true, presentation: soa },
  { type: TYPE.PTR, fields: ['name'], names: 'compress', lowerCase: true, presentation: ptr },
  { type: TYPE.MX, fields: [2, 'name'], names: 'compress', lowerCase: true, presentation: mx },
  { type: TYPE.TXT, fields: ['strings'], names: 'whole', lowerCase: false, presentation: txt },
  { type: TYPE.AAAA, fields: [16], names: 'whole', lowerCase: false, presentation: aaaa },
  { type: TYPE.SRV, fields: [6, 'name'], names: 'decompress', lowerCase: true, presentation: srv },
  { type: TYPE.DNAME, fields: ['name'], names: 'decompress', lowerCase: true, presentation: dname },
  { type: TYPE.DS, fields: [4, 'octets'], names: 'whole', lowerCase: false, presentation: ds },
  { type: TYPE.RRSIG, fields: [18, 'name', 'octets'], names: 'whole', lowerCase: true, presentation: rrsig },
  { type: TYPE.NSEC, fields: ['name', 'bitmap'], names: 'whole', lowerCase: false, presentation: nsec },
  { type: TYPE.DNSKEY, fields: [4, 'octets'], names: 'whole', lowerCase: false, presentation: dnskey },
  { type: TYPE.SVCB, fields: [2, 'name', 'svcparams'], names: 'whole', lowerCase: false, presentation: svcb },
  { type: TYPE.HTTPS, fields: [2, 'name', 'svcparams'], names: 'whole', lowerCase: false, presentation: https },
  { type: TYPE.CAA, fields: [1, 'string', 'rest'], names: 'whole', lowerCase: false, presentation: caa },
];

/** The descriptor of each type that has one; the others are opaque octets (RFC 3597). */
export const DESCRIPTORS: ReadonlyMap<number, RdataDescriptor> = new Map(rows.map((row) => [row.type, row]));

/**
 * By type, how the names in RDATA may be written compressed: octets before the first name in the upper four bits, the number of
 * names (that follow one another) in the lower; 0: not at all. A typed array, since it is read for every RRset of an answer.
 */
export const COMPRESSION_PLANS: Uint8Array = new Uint8Array(0x10000);
for (const { type, fields, names } of rows) {
  if (names === 'compress') COMPRESSION_PLANS[type] = (octetsBeforeNames(fields) << 4) | fields.filter((field) => field === 'name').length;
}

function octetsBeforeNames(fields: readonly RdataField[]): number {
  return typeof fields[0] === 'number' ? fields[0] : 0;
}
