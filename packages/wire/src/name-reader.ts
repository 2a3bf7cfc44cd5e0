import { HEADER_OCTETS } from './protocol.ts';

/** A name of 255 octets has at most 127 labels, so no honest name needs more pointers. */
const MAX_POINTERS = 127;

/** Reads names of a message, compressed or not. Made once and used again. */
export class NameReader {
  /** The name that was read last, uncompressed: `octets[0..length)`. */
  readonly octets: Uint8Array = new Uint8Array(256);
  length = 1;

  /**
   * Reads the name at `message[at]`; pointers have to point back, before the labels that lead to them (RFC 1035 4.1.4).
   *
   * @returns where it ends in the message, or -1 when it is malformed. Never throws; at most 255 octets and 127 pointers are looked at.
   */
  read(message: Uint8Array, at: number, messageEnd: number): number {
    const { octets } = this;
    let to = 0;
    let end = -1;
    let runAt = at;
    for (let pointers = 0; at < messageEnd; ) {
      const octet = message[at++];
      if (octet === 0) {
        octets[to++] = 0;
        this.length = to;
        return end < 0 ? at : end;
      }
      if (octet >= 0xc0) {
        if (at === messageEnd) return -1;
        const target = ((octet & 0x3f) << 8) | message[at++];
        if (end < 0) end = at;
        if (target >= runAt || target < HEADER_OCTETS || ++pointers > MAX_POINTERS) return -1;
        at = runAt = target;
      } else {
        // 01 and 10 are reserved; 254 octets and the root fill a name.
        if (octet > 63 || to + 1 + octet > 254 || at + octet > messageEnd) return -1;
        octets[to++] = octet;
        for (const stop = at + octet; at < stop; at++) octets[to++] = message[at];
      }
    }
    return -1;
  }
}
