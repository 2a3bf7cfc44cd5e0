import {
  checkRdata,
  formatName,
  lowerCaseName,
  nameLength,
  parseName,
  parseRdata,
  rdataTokens,
  TYPE,
  typeCode,
  typeText,
} from '@dnsteer/wire';
import { isMetaType } from './dynamic-table.ts';
import { zoneError } from './errors.ts';
import { MAX_TTL_SECONDS } from './layout.ts';

/** Every type, as ANY is to a DNS UPDATE (RFC 2136 2.5.3). */
export const EVERY_TYPE = 255;

/** One step of a change set. */
export interface Change {
  readonly kind: 'add' | 'delete' | 'deleteRrset' | 'deleteName' | 'serial';
  /** In the case it was given in. */
  readonly owner: Uint8Array;
  readonly type: number;
  /** Of an addition; of 'serial' the serial. */
  readonly value: number;
  /** Empty for 'deleteRrset', 'deleteName' and 'serial'. */
  readonly rdata: Uint8Array;
}

const NO_RDATA = new Uint8Array(0);

/**
 * Deletions and additions of records, in the order they are told in: what one difference sequence of an IXFR (RFC 1995 4) or one DNS UPDATE (RFC 2136 2.5)
 * says. `Zone.apply` makes all of them or none.
 *
 * Names are wire names, or text (absolute, with or without the final dot); types are numbers, or mnemonics; RDATA is uncompressed octets, or text as in a
 * zone file with absolute names. What is given is copied.
 */
export class ChangeSet {
  /** In their order. */
  readonly changes: Change[] = [];

  /**
   * Adds a record. One that is there already is not added again; the RRset takes the TTL of what is added to it (RFC 2181 5.2). An SOA takes the
   * place of the one that is there (RFC 2136 3.4.2.2).
   *
   * @throws ZoneError ERR_ZONE_TTL, ERR_ZONE_TYPE, ERR_ZONE_RDATA, ERR_ZONE_NAME; WireError for text that is no name, or no RDATA.
   */
  add(owner: Uint8Array | string, type: number | string, ttlSeconds: number, rdata: Uint8Array | string): this {
    if (!Number.isInteger(ttlSeconds) || ttlSeconds < 0 || ttlSeconds > MAX_TTL_SECONDS)
      throw zoneError('ERR_ZONE_TTL', `expected a TTL of 0 to ${MAX_TTL_SECONDS} seconds, found ${ttlSeconds}`);
    return this.#push('add', owner, recordType(type), ttlSeconds, rdata);
  }

  /** Deletes one record, whatever its TTL. Throws as `add`. */
  delete(owner: Uint8Array | string, type: number | string, rdata: Uint8Array | string): this {
    return this.#push('delete', owner, recordType(type), 0, rdata);
  }

  /** Deletes the records of a type, and the RRSIGs that cover them. Throws as `add`. */
  deleteRrset(owner: Uint8Array | string, type: number | string): this {
    return this.#push('deleteRrset', owner, recordType(type), 0);
  }

  /** Deletes all records of a name; of the apex all but SOA and NS (RFC 2136 3.4.2.3). Throws as `add`. */
  deleteName(owner: Uint8Array | string): this {
    return this.#push('deleteName', owner, EVERY_TYPE, 0);
  }

  /**
   * Gives the SOA another serial, and leaves it as it is otherwise.
   *
   * @throws ZoneError ERR_ZONE_CHANGE_SERIAL when it is no serial.
   */
  setSerial(serial: number): this {
    if (!Number.isInteger(serial) || serial < 0 || serial > 0xffffffff)
      throw zoneError('ERR_ZONE_CHANGE_SERIAL', `expected a serial of 0 to 4294967295, found ${serial}`);
    this.changes.push({ kind: 'serial', owner: NO_RDATA, type: TYPE.SOA, value: serial, rdata: NO_RDATA });
    return this;
  }

  #push(kind: Change['kind'], owner: Uint8Array | string, type: number, value: number, rdata?: Uint8Array | string): this {
    const name = ownerName(owner);
    const octets = typeof rdata === 'string' ? parseRdata(type, rdataTokens(rdata)) : rdata;
    if (octets !== undefined && !checkRdata(type, octets, 0, octets.length)) {
      const text = formatName(lowerCaseName(name));
      throw zoneError('ERR_ZONE_RDATA', `${text}: octets that are not the RDATA of ${typeText(type)}`);
    }
    this.changes.push({ kind, owner: name, type, value, rdata: octets?.slice() ?? NO_RDATA });
    return this;
  }
}

function ownerName(owner: Uint8Array | string): Uint8Array {
  if (typeof owner === 'string') return parseName(owner);
  try {
    return owner.slice(0, nameLength(owner));
  } catch {
    throw zoneError('ERR_ZONE_NAME', 'an owner that is no whole wire name');
  }
}

function recordType(type: number | string): number {
  const code = typeof type === 'string' ? typeCode(type) : type;
  if (code !== undefined && !isMetaType(code) && code >= 0 && code <= 0xffff) return code;
  throw zoneError('ERR_ZONE_TYPE', `expected a type of record, found ${code === undefined ? JSON.stringify(type) : typeText(code)}`);
}
