/** Networks of one family with a value each, as columns: millions of objects would take longer to make than to sort. */
export class NetworkList {
  count = 0;
  /** Words of 32 bits in an address: 1 or 4. */
  readonly words: 1 | 4;
  addresses: Uint32Array;
  lengths: Uint8Array;
  values: Uint16Array;

  constructor(words: 1 | 4, capacity = 16) {
    this.words = words;
    this.addresses = new Uint32Array(capacity * words);
    this.lengths = new Uint8Array(capacity);
    this.values = new Uint16Array(capacity);
  }

  /** @param octets - an address from octet `at` on, of which the bits behind `prefixLength` are 0. @param value - 1 to 32,767. */
  add(octets: Uint8Array, at: number, prefixLength: number, value: number): void {
    if (this.count === this.lengths.length) this.grow();
    const { count, words } = this;
    for (let word = 0; word < words; word++) this.addresses[count * words + word] = wordOf(octets, word, at);
    this.lengths[count] = prefixLength;
    this.values[count] = value;
    this.count++;
  }

  /** Places by address, then the shorter prefix, then as added: a radix sort, 16 bits at a time from the last to the first. */
  sorted(): Uint32Array {
    const { addresses, count, lengths, words } = this;
    let order = new Uint32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    let spare = new Uint32Array(count);
    const starts = new Uint32Array(0x10001);
    for (let digit = -1; digit < 2 * words; digit++) {
      const word = words - 1 - (digit >> 1);
      const shift = (digit & 1) << 4;
      const keyOf = (place: number) => (digit < 0 ? lengths[place]! : (addresses[place * words + word]! >>> shift) & 0xffff);
      starts.fill(0);
      for (let i = 0; i < count; i++) starts[keyOf(i) + 1]!++;
      for (let key = 1; key <= 0x10000; key++) starts[key]! += starts[key - 1]!;
      for (let i = 0; i < count; i++) spare[starts[keyOf(order[i]!)]!++] = order[i]!;
      [order, spare] = [spare, order];
    }
    return order;
  }

  private grow(): void {
    const capacity = 2 * this.lengths.length;
    const addresses = new Uint32Array(capacity * this.words);
    addresses.set(this.addresses);
    this.addresses = addresses;
    const lengths = new Uint8Array(capacity);
    lengths.set(this.lengths);
    this.lengths = lengths;
    const values = new Uint16Array(capacity);
    values.set(this.values);
    this.values = values;
  }
}

/** Bits 32 * `word` to 32 * `word` + 31 of the address that begins at octet `from`. */
export function wordOf(address: Uint8Array, word: number, from = 0): number {
  const at = from + word * 4;
  return ((address[at]! << 24) | (address[at + 1]! << 16) | (address[at + 2]! << 8) | address[at + 3]!) >>> 0;
}
