import { Reader, type Response } from 'maxmind';
import { addressText, checkAddress, mappedBits } from './address.ts';
import { GeoError } from './errors.ts';
import { type Location, locationOfRecord } from './location.ts';

/** Decoded records that are kept: country databases have some 250, city databases a few hot ones. */
const MAX_RECORDS = 65_536;
const ABSENT = Object.freeze({});

/** A database in MaxMind's format (MMDB 2.0), in memory. */
export class GeoDatabase {
  /** The type that the file says it has, such as `GeoLite2-City`. */
  readonly description: string;
  /** When the file was made. */
  readonly builtAt: Date;
  readonly #reader: Reader<Response>;
  /** By record and prefix length: a verdict is the same object while it is warm. */
  #locations = new Map<object, (Location | undefined)[]>();

  /**
   * @param octets - the whole file; kept.
   * @param name - for messages.
   * @throws GeoError ERR_GEO_FORMAT.
   */
  constructor(octets: Buffer, name: string) {
    try {
      this.#reader = new Reader(octets, { cache: new RecordCache() });
    } catch (cause) {
      throw new GeoError('ERR_GEO_FORMAT', `${name}: not an MMDB file: ${(cause as Error).message}`, { cause });
    }
    this.description = this.#reader.metadata.databaseType;
    this.builtAt = this.#reader.metadata.buildEpoch;
  }

  /**
   * @param address - 4 or 16 octets.
   * @returns what is known; an address that is not in the database has a prefix length and nothing else.
   * @throws GeoError ERR_GEO_ADDRESS for another number of octets.
   */
  locate(address: Uint8Array): Location {
    return this.#lookUp(addressText(address), mappedBits(address));
  }

  /**
   * As {@link locate}, for text.
   *
   * @throws GeoError ERR_GEO_ADDRESS for text that is no address.
   */
  locateText(address: string): Location {
    return this.#lookUp(checkAddress(address), 0);
  }

  #lookUp(address: string, bitsBefore: number): Location {
    const [record, prefixLength] = this.#reader.getWithPrefixLength(address);
    const key = record ?? ABSENT;
    const bits = prefixLength + bitsBefore;
    let byLength = this.#locations.get(key);
    if (byLength === undefined) {
      if (this.#locations.size >= MAX_RECORDS) this.#locations = new Map();
      this.#locations.set(key, (byLength = []));
    }
    return (byLength[bits] ??= locationOfRecord(record, bits));
  }
}

/** By offset in the file; forgotten all at once when it is full. */
class RecordCache {
  #records = new Map<string | number, unknown>();

  get(offset: string | number): unknown {
    return this.#records.get(offset);
  }

  set(offset: string | number, record: unknown): void {
    if (this.#records.size >= MAX_RECORDS) this.#records = new Map();
    this.#records.set(offset, record);
  }
}
