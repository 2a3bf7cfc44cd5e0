import { canonicalRdata, formatName, formatRdata, nameLength, TYPE, typeText } from '@dnsteer/wire';
import type { ZoneBuilder, ZoneRrset } from './builder.ts';

// Columns as wide as most zones need; what is longer moves the rest of its line.
const OWNER_COLUMNS = 23;
const TTL_COLUMNS = 7;
const TYPE_COLUMNS = 6;
const NO_TYPES: ReadonlySet<number> = new Set();

export interface FormatZoneOptions {
  /** Types to write as `TYPE123 \# length hex` (RFC 3597 5), for software that doesn't know them. */
  genericTypes?: ReadonlySet<number>;
}

/**
 * Writes a zone as a zone file (RFC 1035 5): a line for `$ORIGIN`, and one for each record, in canonical order of owners and records (RFC 4034 6.1, 6.3).
 * The SOA comes first, the RRsets of an owner by type, and RRSIGs right behind what they cover.
 *
 * Owners are relative to the apex, names in RDATA are absolute; every record has its owner, TTL and class. What is chosen at query time is a comment.
 *
 * @param zone - has to stay as it is meanwhile.
 * @returns lines, each with its newline, made as they are asked for; all ASCII. Reading them gives the same zone.
 */
export function* formatZone(
  zone: Pick<ZoneBuilder, 'apex' | 'rrsets'>,
  options: FormatZoneOptions = {},
): Generator<string, void, undefined> {
  const lines = new RrsetLines(zone.apex, options.genericTypes ?? NO_TYPES);
  yield `$ORIGIN ${lines.apexText}\n`;
  // The apex comes first, but its SOA is not its first type.
  const soa: string[] = [];
  const apexLines: string[] = [];
  const apexOctets = nameLength(zone.apex);
  let isApex = true;
  for (const rrset of zone.rrsets()) {
    if (isApex && nameLength(rrset.owner) === apexOctets) {
      (rrset.type === TYPE.SOA ? soa : apexLines).push(...lines.of(rrset));
      continue;
    }
    if (isApex) {
      yield* soa;
      yield* apexLines;
      isApex = false;
    }
    yield* lines.of(rrset);
  }
  if (!isApex) return;
  yield* soa;
  yield* apexLines;
}

/** RFC 4034 6.3: by the canonical form of RDATA, octet by octet. */
function inCanonicalOrder(type: number, rdatas: readonly Uint8Array[]): readonly Uint8Array[] {
  if (rdatas.length < 2) return rdatas;
  return rdatas
    .map((rdata) => ({ rdata, canonical: canonicalRdata(type, rdata) }))
    .sort((a, b) => Buffer.compare(a.canonical, b.canonical))
    .map(({ rdata }) => rdata);
}

class RrsetLines {
  readonly apexText: string;
  readonly #suffix: string;
  readonly #genericTypes: ReadonlySet<number>;

  constructor(apex: Uint8Array, genericTypes: ReadonlySet<number>) {
    this.apexText = formatName(apex);
    this.#suffix = this.apexText === '.' ? '.' : `.${this.apexText}`;
    this.#genericTypes = genericTypes;
  }

  *of({ owner, type, ttlSeconds, rdatas, rrsigs, dynamicId }: ZoneRrset): Generator<string, void, undefined> {
    const start = `${this.#ownerText(owner).padEnd(OWNER_COLUMNS)} ${String(ttlSeconds).padStart(TTL_COLUMNS)} IN `;
    if (dynamicId >= 0) yield `; ${start}${typeText(type)} is chosen at query time\n`;
    for (const rdata of inCanonicalOrder(type, rdatas)) yield this.#line(start, type, rdata);
    // An RRSIG has the TTL of what it covers (RFC 4034 3).
    for (const rrsig of inCanonicalOrder(TYPE.RRSIG, rrsigs)) yield this.#line(start, TYPE.RRSIG, rrsig);
  }

  #line(start: string, type: number, rdata: Uint8Array): string {
    if (!this.#genericTypes.has(type)) return `${`${start}${typeText(type).padEnd(TYPE_COLUMNS)} ${formatRdata(type, rdata)}`.trimEnd()}\n`;
    const octets = Buffer.from(rdata.buffer, rdata.byteOffset, rdata.byteLength).toString('hex');
    return `${start}TYPE${type} ${`\\# ${rdata.length} ${octets}`.trimEnd()}\n`;
  }

  #ownerText(owner: Uint8Array): string {
    const text = formatName(owner);
    if (text === this.apexText) return '@';
    // The case that an owner has is kept, that of the apex in it too.
    return text.endsWith(this.#suffix) ? text.slice(0, -this.#suffix.length) : text;
  }
}
