import type { EdnsOption } from './edns.ts';

/** A question; `type` is a mnemonic or `TYPE65534`, `class` `IN` when left out. */
export interface Question {
  name: string;
  type: string;
  class?: string;
}

/** A resource record in dns-packet's shape. Names are absolute, with or without final dot; without it when read. */
export type ResourceRecord = {
  name: string;
  type: string;
  /** `IN` when left out. */
  class?: string;
  /** In seconds; 0 when left out. */
  ttl?: number;
  data: unknown;
};

/** The OPT pseudo-record (RFC 6891). */
export interface OptRecord {
  name: string;
  type: 'OPT';
  /** In octets; 1232 when left out. */
  udpPayloadSize?: number;
  /** The upper 8 bits of the RCODE. */
  extendedRcode?: number;
  ednsVersion?: number;
  /** 16 bits, DO the highest. */
  flags?: number;
  flag_do?: boolean;
  options?: EdnsOption[];
  data?: undefined;
}

/** What {@link encodeMessage} takes. */
export interface MessageInput {
  id?: number;
  type?: 'query' | 'response';
  /** The header's flags as dns-packet has them, OPCODE and RCODE among them; those two give way to the fields below. */
  flags?: number;
  opcode?: string | number;
  /** 0-4095 by name or number; one above 15 needs an OPT record. */
  rcode?: string | number;
  questions?: readonly Question[];
  answers?: readonly ResourceRecord[];
  authorities?: readonly ResourceRecord[];
  additionals?: readonly (ResourceRecord | OptRecord)[];
}

/** What {@link decodeMessage} gives. */
export interface Message {
  id: number;
  type: 'query' | 'response';
  flags: number;
  flag_qr: boolean;
  flag_aa: boolean;
  flag_tc: boolean;
  flag_rd: boolean;
  flag_ra: boolean;
  flag_z: boolean;
  flag_ad: boolean;
  flag_cd: boolean;
  opcode: string;
  /** With the upper bits from OPT. */
  rcode: string;
  questions: Question[];
  answers: ResourceRecord[];
  authorities: ResourceRecord[];
  additionals: (ResourceRecord | OptRecord)[];
}
