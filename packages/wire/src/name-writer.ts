import { CompressionTargets } from './compression.ts';
import { WireError } from './errors.ts';
import { copyOctets, writeU16 } from './octets.ts';
import type { PreparedRecords } from './prepared.ts';
import { COMPRESSION_PLANS } from './rdata/descriptors.ts';
import { SearchName } from './search-name.ts';

/** There is no room up to `end`. */
export const NO_ROOM = -1;

/** Writes names into one message, each suffix that it has already as a pointer (RFC 1035 4.1.4). */
export class NameWriter {
  readonly targets: CompressionTargets = new CompressionTargets();
  #out: Uint8Array = new Uint8Array(0);
  #first: SearchName = new SearchName();
  #firstAt = 0;
  #prepared: PreparedRecords | undefined;
  #preparedShift = 0;
  readonly #name = new SearchName();

  /**
   * Begins a message in `out`.
   *
   * @param first - the name that stands in it already, whole, at `firstAt`; stays as it is while the message is written.
   */
  begin(out: Uint8Array, first: SearchName, firstAt: number): void {
    this.#out = out;
    this.#first = first;
    this.#firstAt = firstAt;
    this.#prepared = undefined;
    if (this.targets.count > 0) this.targets.truncate(0);
  }

  /**
   * The names of these records stand in the message too, behind the first name and before any other.
   *
   * @param shift - octets from where they were prepared to where they are.
   */
  addPrepared(prepared: PreparedRecords | undefined, shift: number): void {
    this.#prepared = prepared;
    this.#preparedShift = shift;
  }

  /** The message goes on in another buffer that has the same octets. */
  moveTo(out: Uint8Array): void {
    this.#out = out;
  }

  /**
   * Writes the uncompressed name at `source[at]`.
   *
   * @returns where it ends in the message, or NO_ROOM; targets may be left over then.
   * @throws WireError ERR_WIRE_NAME_MALFORMED.
   */
  writeName(source: Uint8Array, at: number, to: number, end: number): number {
    const name = this.#name;
    const targets = this.targets;
    const out = this.#out;
    if (!name.set(source, at)) throw new WireError('ERR_WIRE_NAME_MALFORMED', 'no whole uncompressed name at octet ' + at);
    // Most answers have no name but the question's and what was prepared, which needs no search; so they become targets only when another comes.
    if (targets.count === 0) this.#addFirst();
    const { labelCount, labelOffsets, suffixHashes } = name;
    let label = 0;
    let pointer = NO_ROOM;
    while (label < labelCount && (pointer = targets.find(out, name, label)) < 0) label++;
    const octets = labelOffsets[label];
    if (to + octets + (pointer < 0 ? 1 : 2) > end) return NO_ROOM;
    for (let i = 0; i < label; i++) targets.add(suffixHashes[i], to + labelOffsets[i]);
    copyOctets(source, at, out, to, octets);
    to += octets;
    if (pointer < 0) {
      out[to++] = 0;
    } else {
      out[to++] = 0xc0 | (pointer >> 8);
      out[to++] = pointer & 0xff;
    }
    return to;
  }

  /**
   * Writes RDLENGTH and RDATA, names compressed where the type may have that.
   *
   * @param octets - of RDLENGTH and RDATA at `source[at]`, names uncompressed.
   * @returns where they end in the message, or NO_ROOM.
   */
  writeRdata(type: number, source: Uint8Array, at: number, octets: number, to: number, end: number): number {
    const plan = COMPRESSION_PLANS[type];
    const prefixOctets = plan === 0 ? octets : 2 + (plan >> 4);
    if (to + prefixOctets > end) return NO_ROOM;
    copyOctets(source, at, this.#out, to, prefixOctets);
    if (plan === 0) return to + octets;
    const lengthAt = to;
    const stop = at + octets;
    at += prefixOctets;
    to += prefixOctets;
    for (let names = plan & 15; names > 0; names--) {
      to = this.writeName(source, at, to, end);
      if (to === NO_ROOM) return NO_ROOM;
      at += this.#name.length;
    }
    const rest = stop - at;
    if (to + rest > end) return NO_ROOM;
    copyOctets(source, at, this.#out, to, rest);
    to += rest;
    writeU16(this.#out, lengthAt, to - lengthAt - 2);
    return to;
  }

  #addFirst(): void {
    const { labelCount, labelOffsets, suffixHashes } = this.#first;
    for (let i = 0; i < labelCount; i++) this.targets.add(suffixHashes[i], this.#firstAt + labelOffsets[i]);
    if (this.#prepared === undefined) return;
    const { hashes, offsets } = this.#prepared;
    for (let i = 0; i < hashes.length; i++) this.targets.add(hashes[i], offsets[i] + this.#preparedShift);
  }
}
