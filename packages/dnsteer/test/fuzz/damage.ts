import { CORPUS, type Sample } from './packets.ts';

/** Draws whole numbers below a bound; the same seed, the same draws (xorshift32). */
export class Draws {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  below(bound: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % bound;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

function joined(...parts: readonly ArrayLike<number>[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Every packet that one small damage makes of a sample. */
export function* everyDamage({ packet, lengths }: Sample): Generator<Uint8Array> {
  for (let length = 0; length < packet.length; length++) yield packet.slice(0, length);
  for (let bit = 0; bit < packet.length * 8; bit++) {
    const flipped = packet.slice();
    flipped[bit >> 3]! ^= 0x80 >> (bit & 7);
    yield flipped;
  }
  for (const { at, octets } of lengths) {
    for (const difference of [-1, 1]) {
      const changed = packet.slice();
      const value = (octets === 1 ? packet[at]! : (packet[at]! << 8) | packet[at + 1]!) + difference;
      if (octets === 2) changed[at] = value >> 8;
      changed[at + octets - 1] = value;
      yield changed;
    }
  }
  // A pointer in place of any two octets: to itself, to the name before it, behind itself, and to the header.
  for (let at = 12; at < packet.length - 1; at++) {
    for (const target of [at, 12, at + 2, 0, at - 1]) {
      const looped = packet.slice();
      looped[at] = 0xc0 | (target >> 8);
      looped[at + 1] = target;
      yield looped;
    }
  }
  for (let at = 0; at <= packet.length; at++) {
    yield joined(packet.subarray(0, at), [0], packet.subarray(at));
    yield joined(packet.subarray(0, at), packet.subarray(at + 1));
  }
}

/** One of the corpus after one to four damages, or octets that mean nothing. */
export function drawPacket(draws: Draws): Uint8Array {
  if (draws.below(16) === 0) return noise(draws);
  let packet: Uint8Array = draws.of(CORPUS).packet.slice();
  for (let left = 1 + draws.below(4); left > 0; left--) packet = damaged(packet, draws);
  return packet;
}

function noise(draws: Draws): Uint8Array {
  const packet = Uint8Array.from({ length: draws.below(draws.below(32) === 0 ? 2000 : 96) }, () => draws.below(256));
  // Mostly a query with few records, or hardly any would be looked at further.
  if (packet.length >= 12 && draws.below(4) > 0) {
    packet[2]! &= 0x07;
    for (let at = 4; at < 12; at++) packet[at] = at === 5 ? 1 : at % 2 === 1 ? draws.below(3) : 0;
  }
  return packet;
}

const PIECES: readonly (readonly number[])[] = [
  [0],
  [0xc0, 0x0c],
  [0xff, 0xff],
  [3, 0x77, 0x77, 0x77],
  [0, 0, 41, 4, 208, 0, 0, 0x80, 0, 0, 0],
  [0, 8, 0, 7, 0, 1, 24, 0, 81, 2, 69],
  [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8],
  [0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 0],
];

function damaged(packet: Uint8Array, draws: Draws): Uint8Array {
  if (packet.length === 0) return noise(draws);
  const at = draws.below(packet.length);
  switch (draws.below(8)) {
    case 0:
      packet[at]! ^= 1 << draws.below(8);
      return packet;
    case 1:
      packet[at] = draws.of([0, 1, 0x3f, 0x40, 0x80, 0xc0, 0xff, draws.below(256)]);
      return packet;
    case 2:
      return packet.slice(0, at);
    case 3: {
      // Splices: the head of one query, the tail of another.
      const other = draws.of(CORPUS).packet;
      return joined(packet.subarray(0, at), other.subarray(draws.below(other.length)));
    }
    case 4:
      return joined(packet.subarray(0, at), draws.of(PIECES), packet.subarray(at));
    case 5:
      return joined(packet.subarray(0, at), packet.subarray(Math.min(packet.length, at + 1 + draws.below(6))));
    case 6: {
      // A count, or the length of the first label, which always lie there.
      const field = 4 + draws.below(9);
      if (field < packet.length) packet[field]! += draws.of([-1, 1]);
      return packet;
    }
    default: {
      // Some octets twice: two OPTs, two options, two labels.
      const end = Math.min(packet.length, at + 1 + draws.below(24));
      return joined(packet.subarray(0, end), packet.subarray(at, end), packet.subarray(end));
    }
  }
}
