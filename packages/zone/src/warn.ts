import { formatName, TYPE, typeText } from '@dnsteer/wire';
import { warnOfLoops } from './alias-loops.ts';
import type { ZoneProblem, ZoneWarningCode } from './errors.ts';
import { byPlace, Findings } from './findings.ts';
import { DELEGATION_POINT, HAS_DNAME, OCCLUDED } from './layout.ts';
import type { NodeFacts } from './node-facts.ts';
import { OWNER_WORD, TTL_WORD, TYPE_WORD } from './source-text.ts';
import { warnOfTarget } from './warn-targets.ts';
import type { ZoneStore } from './zone-store.ts';

/** Types that are seen at a delegation point, or beside such as are. */
const AT_CUT: ReadonlySet<number> = new Set([TYPE.NS, TYPE.DS, TYPE.NSEC, TYPE.RRSIG, TYPE.A, TYPE.AAAA]);
/** Types that may be glue, and those of a signed zone that a signer of another kind left behind. */
const BELOW_CUT: ReadonlySet<number> = new Set([TYPE.A, TYPE.AAAA, TYPE.NSEC, TYPE.NSEC3, TYPE.RRSIG]);

const SOA_WORD = { REFRESH: 3, RETRY: 4, EXPIRE: 5, MINIMUM: 6 } as const;
/** RFC 2308 5: one to three hours work well, more than a day does not. */
const MAX_NEGATIVE_SECONDS = 86_400;
const RRSIG_WORD = { COVERED: 0, EXPIRATION: 4, INCEPTION: 5 } as const;
const NSEC3PARAM_ITERATIONS_WORD = 2;

/**
 * What is likely not meant, though it can be served, in the order of the zone file; up to 100 problems.
 *
 * @param store - arranged.
 * @param nowSeconds - since 1970, for signatures.
 */
export function warnOfZone(store: ZoneStore, nowSeconds: number): ZoneProblem<ZoneWarningCode>[] {
  const warnings = new ZoneWarnings(store, nowSeconds);
  warnings.mended();
  for (const name of store.facts().particular) {
    if (warnings.found.isFull) break;
    warnings.owner(name);
  }
  warnings.signatureTimes();
  warnOfLoops(store, warnings.found);
  return byPlace(warnings.found.problems(), store.mainFile);
}

class ZoneWarnings {
  readonly found: Findings<ZoneWarningCode>;
  readonly #store: ZoneStore;
  readonly #facts: NodeFacts;
  readonly #nowSeconds: number;
  #badTimes = { count: 0, name: -1, record: -1 };

  constructor(store: ZoneStore, nowSeconds: number) {
    this.#store = store;
    this.found = new Findings(store);
    this.#facts = store.facts();
    this.#nowSeconds = nowSeconds;
  }

  /** RFC 2181 5: what was put right while the zone was read. */
  mended(): void {
    const { records, mended } = this.#store;
    for (const { owner, record, kept } of mended.duplicates) {
      const line = records.line(kept);
      const isNear = line > 0 && this.#store.fileOf(kept) === this.#store.fileOf(record);
      const where = isNear ? `, as in line ${line}` : '';
      this.found.add(
        'WARN_ZONE_DUPLICATE',
        owner,
        record,
        `found the same ${typeText(records.type(record))} record of ${this.#text(owner)} again${where}; it is dropped`,
      );
    }
    for (const { owner, record, ttlSeconds, firstTtlSeconds } of mended.ttls) {
      const type = typeText(records.type(record));
      this.found.add(
        'WARN_ZONE_TTL_DIFFERS',
        owner,
        record,
        `expected the TTL ${firstTtlSeconds} of the other ${type} records of ${this.#text(owner)}, found ${ttlSeconds}; all of them get the least`,
        TTL_WORD,
      );
    }
  }

  owner(name: number): void {
    const { records } = this.#store;
    const flags = this.#facts.flags[name];
    const isOccluded = (flags & OCCLUDED) !== 0;
    const isCut = (flags & DELEGATION_POINT) !== 0;
    const hidden = isOccluded ? BELOW_CUT : AT_CUT;
    let isTold = false;
    for (let record = records.first(name); record >= 0; record = records.next(record)) {
      const type = records.type(record);
      if ((isOccluded || isCut) && !isTold && !hidden.has(type)) {
        this.#occluded(name, record, isCut);
        isTold = true;
      }
      if (isOccluded) continue;
      switch (type) {
        case TYPE.NS:
          this.#wildcard(name, record);
          warnOfTarget(this.#store, this.found, name, record);
          break;
        case TYPE.DNAME:
          this.#wildcard(name, record);
          break;
        case TYPE.MX:
        case TYPE.SRV:
          if (!isCut) warnOfTarget(this.#store, this.found, name, record);
          break;
        case TYPE.SOA:
          if (name === 0) this.#soaTimers(record);
          break;
        case TYPE.NSEC3PARAM:
          if (name === 0) this.#nsec3Param(record);
          break;
        case TYPE.RRSIG:
          this.#signature(name, record);
          break;
      }
    }
  }

  /** One line for all: they were made together, and are made anew together. */
  signatureTimes(): void {
    const { count, name, record } = this.#badTimes;
    if (count === 0) return;
    const { records } = this.#store;
    const rdata = records.rdata(record);
    const isExpired = isBefore(readSeconds(rdata, 8), this.#nowSeconds);
    const others = count === 1 ? '' : `; and ${count - 1} more signatures that do not hold now`;
    this.found.add(
      'WARN_ZONE_RRSIG_TIME',
      name,
      record,
      `the signature of ${this.#text(name)} ${typeText(readUint16(rdata, 0))} ${isExpired ? 'has expired' : 'does not hold yet'}${others}`,
      isExpired ? RRSIG_WORD.EXPIRATION : RRSIG_WORD.INCEPTION,
    );
  }

  /** RFC 1034 4.2.1: below a cut there is glue, and nothing else of this zone. */
  #occluded(name: number, record: number, isCut: boolean): void {
    const { names, records } = this.#store;
    const type = typeText(records.type(record));
    let cut = name;
    while (cut > 0 && (this.#facts.flags[cut] & (DELEGATION_POINT | HAS_DNAME)) === 0) cut = names.parent(cut);
    // What stands below a DNAME is an error already.
    if ((this.#facts.flags[cut] & DELEGATION_POINT) === 0) return;
    const where = isCut ? `at the delegation point ${this.#text(name)}` : `below the delegation point ${this.#text(cut)}`;
    this.found.add(
      'WARN_ZONE_OCCLUDED',
      name,
      record,
      `expected nothing but glue ${where}, found ${type}${isCut ? '' : ` of ${this.#text(name)}`}, which is never answered`,
      isCut ? TYPE_WORD : OWNER_WORD,
    );
  }

  /** RFC 4592 4.2, 4.4: what wildcards of these types mean is left open. */
  #wildcard(name: number, record: number): void {
    const { names, records } = this.#store;
    if (name === 0 || this.#facts.wildcards.get(names.parent(name)) !== name) return;
    const type = typeText(records.type(record));
    this.found.add('WARN_ZONE_WILDCARD', name, record, `expected no ${type} record at a wildcard, found one at ${this.#text(name)}`);
  }

  /** RFC 1912 2.2: secondaries need several tries before a zone expires. */
  #soaTimers(record: number): void {
    const rdata = this.#store.records.rdata(record);
    const at = rdata.length - 16;
    const [refresh, retry, expire, minimum] = [0, 4, 8, 12].map((offset) => readSeconds(rdata, at + offset));
    const say = (word: number, message: string) => this.found.add('WARN_ZONE_SOA_TIMERS', 0, record, message, word);
    if (retry > refresh) say(SOA_WORD.RETRY, `expected a RETRY of at most REFRESH (${refresh} seconds), found ${retry}`);
    if (expire <= refresh + retry)
      say(SOA_WORD.EXPIRE, `expected an EXPIRE above REFRESH and RETRY together (${refresh + retry} seconds), found ${expire}`);
    if (minimum > MAX_NEGATIVE_SECONDS)
      say(
        SOA_WORD.MINIMUM,
        `expected a MINIMUM, the TTL of negative answers, of at most a day (${MAX_NEGATIVE_SECONDS}), found ${minimum}`,
      );
  }

  /** RFC 9276 3.1: more iterations cost resolvers, who may take the zone for unsigned. */
  #nsec3Param(record: number): void {
    const iterations = readUint16(this.#store.records.rdata(record), 2);
    if (iterations === 0) return;
    this.found.add(
      'WARN_ZONE_NSEC3_ITERATIONS',
      0,
      record,
      `expected 0 iterations of NSEC3, found ${iterations}`,
      NSEC3PARAM_ITERATIONS_WORD,
    );
  }

  #signature(name: number, record: number): void {
    const { records, dynamics } = this.#store;
    const rdata = records.rdata(record);
    const covered = readUint16(rdata, 0);
    let other = records.first(name);
    while (other >= 0 && records.type(other) !== covered) other = records.next(other);
    if (other < 0 && !dynamics.replaces(name, covered)) {
      this.found.add(
        'WARN_ZONE_RRSIG_COVERS_NOTHING',
        name,
        record,
        `expected ${typeText(covered)} records of ${this.#text(name)} for this signature, found none; it is dropped`,
        RRSIG_WORD.COVERED,
      );
      return;
    }
    if (!isBefore(readSeconds(rdata, 8), this.#nowSeconds) && !isBefore(this.#nowSeconds, readSeconds(rdata, 12))) return;
    if (this.#badTimes.count++ === 0) Object.assign(this.#badTimes, { name, record });
  }

  #text(name: number): string {
    return formatName(this.#store.names.wireName(name));
  }
}

/** RFC 4034 3.1.5: times are compared as serial numbers of 32 bits. */
function isBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}

function readUint16(octets: Uint8Array, at: number): number {
  return (octets[at] << 8) | octets[at + 1];
}

function readSeconds(octets: Uint8Array, at: number): number {
  return readUint16(octets, at) * 0x10000 + readUint16(octets, at + 2);
}
