import { OPTION } from './protocol.ts';
import type { QueryView } from './query.ts';

const MAX_OPTIONS_OCTETS = 4096;
const encoder = new TextEncoder();

/** EDNS options of a response in wire form, collected until OPT is written. */
export class OptionList {
  readonly octets: Uint8Array = new Uint8Array(MAX_OPTIONS_OCTETS);
  length = 0;

  /** Appends an option if it takes up at most `room` octets. */
  add(code: number, value: Uint8Array, room: number): boolean {
    if (!this.#start(code, value.length, room)) return false;
    this.octets.set(value, this.length);
    this.length += value.length;
    return true;
  }

  /** Appends an Extended DNS Error (RFC 8914 2); without its text when only that much fits. */
  addExtendedError(infoCode: number, text: string, room: number): boolean {
    const extraText = text === '' ? undefined : encoder.encode(text);
    const withText = extraText !== undefined && this.#start(OPTION.EXTENDED_ERROR, 2 + extraText.length, room);
    if (!withText && !this.#start(OPTION.EXTENDED_ERROR, 2, room)) return false;
    this.octets[this.length++] = infoCode >> 8;
    this.octets[this.length++] = infoCode & 0xff;
    if (withText) {
      this.octets.set(extraText, this.length);
      this.length += extraText.length;
    }
    return true;
  }

  #start(code: number, valueOctets: number, room: number): boolean {
    const needed = 4 + valueOctets;
    if (needed > room || this.length + needed > MAX_OPTIONS_OCTETS) return false;
    this.octets[this.length++] = code >> 8;
    this.octets[this.length++] = code & 0xff;
    this.octets[this.length++] = valueOctets >> 8;
    this.octets[this.length++] = valueOctets & 0xff;
    return true;
  }
}

/** Octets of the CLIENT-SUBNET option that answers the query's, its header included. */
export function clientSubnetOctets(query: QueryView): number {
  return query.hasClientSubnet ? 8 + ((query.ecsSourcePrefix + 7) >> 3) : 0;
}

/**
 * Writes FAMILY, SOURCE and ADDRESS as they came and the scope of the answer (RFC 7871 7.2.1).
 *
 * @returns where the option ends.
 */
export function writeClientSubnet(out: Uint8Array, at: number, query: QueryView, scopePrefix: number): number {
  const addressOctets = (query.ecsSourcePrefix + 7) >> 3;
  out[at++] = 0;
  out[at++] = OPTION.CLIENT_SUBNET;
  out[at++] = 0;
  out[at++] = 4 + addressOctets;
  out[at++] = 0;
  out[at++] = query.ecsFamily;
  out[at++] = query.ecsSourcePrefix;
  out[at++] = scopePrefix;
  for (let i = 0; i < addressOctets; i++) out[at++] = query.ecsAddress[i];
  return at;
}
