import type { MmdbFile } from './mmdb.ts';

/** What a walk tells: the first `prefixLength` bits of an address, and the leaves of all files; `undefined`: it is divided further. */
export type VisitLeaves = (address: Uint8Array, prefixLength: number, leaves: readonly number[] | undefined) => void;

/** Nothing that is divided further counts: nobody's address in IPv6 is a part of a /64 (and ::/96, ::ffff:0:0/96, where IPv4 stands again, lie in one). */
const LONGEST = { 4: 32, 16: 64 } as const;

/** Goes over the networks of several files at once, in the order of addresses: what none of them divides is one network. */
export class NetworkWalk {
  readonly #files: readonly MmdbFile[];
  readonly #longest: number;
  readonly #visit: VisitLeaves;
  readonly #address: Uint8Array;
  readonly #leaves: number[];
  /** By depth: the node of each file. */
  readonly #nodes: Float64Array;

  constructor(files: readonly MmdbFile[], octets: 4 | 16, visit: VisitLeaves) {
    this.#files = files;
    this.#longest = LONGEST[octets];
    this.#visit = visit;
    this.#address = new Uint8Array(octets);
    this.#leaves = files.map(() => 0);
    this.#nodes = new Float64Array(files.length * (LONGEST[octets] + 1));
    for (const [i, file] of files.entries()) this.#nodes[i] = file.root(octets);
  }

  run(): void {
    this.#at(0);
  }

  #at(depth: number): void {
    const files = this.#files;
    const nodes = this.#nodes;
    const from = depth * files.length;
    let isLeaf = true;
    for (let i = 0; i < files.length && isLeaf; i++) if (nodes[from + i]! < files[i]!.unknown) isLeaf = false;
    if (isLeaf) {
      for (let i = 0; i < files.length; i++) this.#leaves[i] = nodes[from + i]!;
      this.#visit(this.#address, depth, this.#leaves);
      return;
    }
    if (depth === this.#longest) {
      this.#visit(this.#address, depth, undefined);
      return;
    }
    const octet = depth >> 3;
    const bit = 0x80 >> (depth & 7);
    for (let side = 0; side < 2; side++) {
      const below = from + files.length;
      for (let i = 0; i < files.length; i++) {
        const file = files[i]!;
        const node = nodes[from + i]!;
        nodes[below + i] = node < file.unknown ? file.child(node, side) : node;
      }
      if (side === 1) this.#address[octet]! |= bit;
      this.#at(depth + 1);
    }
    this.#address[octet]! &= ~bit;
  }
}
