import { WireError } from '../errors.ts';
import { findNameLength } from '../names.ts';

const MAX_RDATA_OCTETS = 0xffff;

/** Collects RDATA; one is kept and used again and again. */
export class RdataBuilder {
  #octets: Uint8Array = new Uint8Array(512);
  length = 0;

  clear(): this {
    this.length = 0;
    return this;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#octets[this.length++] = value;
  }

  u16(value: number): void {
    this.u8(value >>> 8);
    this.u8(value & 0xff);
  }

  u32(value: number): void {
    this.u16(value >>> 16);
    this.u16(value & 0xffff);
  }

  append(octets: Uint8Array): void {
    this.#reserve(octets.length);
    this.#octets.set(octets, this.length);
    this.length += octets.length;
  }

  /** A copy of what was collected. */
  take(): Uint8Array {
    return this.#octets.slice(0, this.length);
  }

  #reserve(count: number): void {
    const needed = this.length + count;
    if (needed > MAX_RDATA_OCTETS) throw new WireError('ERR_WIRE_RDATA_LENGTH', 'RDATA of more than 65535 octets');
    if (needed <= this.#octets.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#octets.length * 2));
    larger.set(this.#octets.subarray(0, this.length));
    this.#octets = larger;
  }
}

/** Reads RDATA field by field; anything that is not there throws WireError ERR_WIRE_RDATA_MALFORMED. */
export class RdataReader {
  readonly octets: Uint8Array;
  at = 0;

  constructor(octets: Uint8Array) {
    this.octets = octets;
  }

  get remaining(): number {
    return this.octets.length - this.at;
  }

  u8(): number {
    this.#need(1);
    return this.octets[this.at++];
  }

  u16(): number {
    return (this.u8() << 8) | this.u8();
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16();
  }

  take(count: number): Uint8Array {
    this.#need(count);
    this.at += count;
    return this.octets.subarray(this.at - count, this.at);
  }

  rest(): Uint8Array {
    return this.take(this.remaining);
  }

  characterString(): Uint8Array {
    return this.take(this.u8());
  }

  name(): Uint8Array {
    const length = findNameLength(this.octets, this.at, this.octets.length);
    if (length === 0) throw malformed('no whole name');
    return this.take(length);
  }

  #need(count: number): void {
    if (count > this.remaining) throw malformed(`${count} octets wanted, ${this.remaining} left`);
  }
}

export function malformed(what: string): WireError {
  return new WireError('ERR_WIRE_RDATA_MALFORMED', 'malformed RDATA: ' + what);
}
