import { TYPE } from '@dnsteer/wire';
import type { ZoneStore } from './zone-store.ts';

/** The static RRsets of one owner at a time, in arrays that are used again. The store has to be arranged. */
export class OwnerRrsets {
  readonly #store: ZoneStore;
  /** RRsets; those that dynamic types replace are left out, and so are RRSIGs, which are found by what they cover. */
  count = 0;
  /** [i] is the type of RRset i; ascending. */
  readonly types: number[] = [];
  /** [i] is the first record of RRset i; the others follow by `records.next`. */
  readonly firstRecords: number[] = [];
  readonly recordCounts: number[] = [];
  #signatures = -1;

  constructor(store: ZoneStore) {
    this.#store = store;
  }

  load(owner: number): void {
    const { records, dynamics } = this.#store;
    this.count = 0;
    this.#signatures = -1;
    let type = -1;
    for (let record = records.first(owner); record >= 0; record = records.next(record)) {
      if (records.type(record) === type) {
        this.recordCounts[this.count - 1]++;
      } else if (records.type(record) === TYPE.RRSIG) {
        if (this.#signatures < 0) this.#signatures = record;
      } else if (!dynamics.replaces(owner, records.type(record))) {
        type = records.type(record);
        this.types[this.count] = type;
        this.firstRecords[this.count] = record;
        this.recordCounts[this.count] = 1;
        this.count++;
      }
    }
  }

  /** The index of the RRset of a type, or -1. */
  indexOf(type: number): number {
    for (let i = 0; i < this.count; i++) if (this.types[i] === type) return i;
    return -1;
  }

  /** The first RRSIG that covers RRset `index`, or -1; the others follow by `records.next`. */
  firstSignature(index: number): number {
    const { records } = this.#store;
    const group = TYPE.RRSIG * 0x10000 + this.types[index];
    for (let record = this.#signatures; record >= 0 && records.type(record) === TYPE.RRSIG; record = records.next(record)) {
      if (records.group(record) === group) return record;
    }
    return -1;
  }

  /** How many RRSIGs cover RRset `index`. */
  signatureCount(index: number): number {
    const { records } = this.#store;
    const first = this.firstSignature(index);
    let count = 0;
    for (let record = first; record >= 0 && records.group(record) === records.group(first); record = records.next(record)) count++;
    return count;
  }
}
