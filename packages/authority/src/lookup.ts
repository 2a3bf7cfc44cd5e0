import type { Exchange } from '@dnsteer/router';
import { SearchName } from '@dnsteer/wire';
import { type ZoneImage, ZoneMatch } from '@dnsteer/zone';
import { DynamicChoice, type RRsetChooser, type RRsetSigner } from './choice.ts';
import type { PreparedSoa } from './prepared-soa.ts';
import { RdataList } from './rdata-list.ts';

/** What all links that are looked up in one zone share. */
export interface ZoneFacts {
  readonly image: ZoneImage;
  /** The SOA RRset at the apex. */
  readonly soaRow: number;
  readonly soa: PreparedSoa;
  readonly chooser: RRsetChooser | undefined;
  readonly signer: RRsetSigner | undefined;
}

const WILDCARD_LABEL_OCTETS = 2;

/** One link on its way: what was found, and room to build what the image does not hold. Reused; an answer that comes later keeps its own. */
export class Lookup {
  zone: ZoneFacts;
  image: ZoneImage;
  exchange!: Exchange;
  /** Whether signatures and proofs of denial go into the response (RFC 3225 3, RFC 4035 3.1). */
  proves = false;
  /** Whether the owner name was not found and the answer is synthesised from `match.wildcard` (RFC 4592 3.3.1). */
  synthesised = false;
  readonly match = new ZoneMatch();
  /** `*.<closest encloser>` of the current link, once `setWildcardName` was called. */
  readonly wildcardName = new SearchName();
  /** The target of additional data that is looked at. */
  readonly target = new SearchName();
  readonly targetMatch = new ZoneMatch();
  /** Rows that the additional section holds already: the first `additionalCount`. */
  additionalRows = new Int32Array(16);
  additionalCount = 0;
  readonly choice = new DynamicChoice();
  /** RDATAs that are made for this link: a synthesised CNAME, what was chosen, an NSEC. */
  readonly rdatas = new RdataList();
  /** The RRSIGs over them. */
  readonly signatures = new RdataList();

  readonly #wildcard = new Uint8Array(256);

  constructor(zone: ZoneFacts) {
    this.zone = zone;
    this.image = zone.image;
  }

  /** Turns to another zone: all of them share what is idle, so that many zones keep no more of the cache busy than one. */
  enter(zone: ZoneFacts): this {
    this.zone = zone;
    this.image = zone.image;
    return this;
  }

  begin(exchange: Exchange): void {
    this.exchange = exchange;
    this.proves = exchange.dnssecOk && this.image.isSigned;
    this.synthesised = false;
    this.additionalCount = 0;
  }

  /** @returns false when the row was added before. */
  addAdditionalRow(row: number): boolean {
    const { additionalRows: rows, additionalCount: count } = this;
    for (let i = 0; i < count; i++) if (rows[i] === row) return false;
    if (count === rows.length) {
      this.additionalRows = new Int32Array(2 * count);
      this.additionalRows.set(rows);
    }
    this.additionalRows[count] = row;
    this.additionalCount = count + 1;
    return true;
  }

  /** Makes `wildcardName` the wildcard at the closest encloser: the source of synthesis, if it exists (RFC 4592 3.3.1). */
  setWildcardName(): SearchName {
    const { sname } = this.exchange;
    const encloserAt = sname.labelOffsets[sname.labelCount - this.match.closestEncloserLabels];
    this.#wildcard[0] = 1;
    this.#wildcard[1] = 0x2a;
    for (let at = encloserAt; at < sname.length; at++) this.#wildcard[WILDCARD_LABEL_OCTETS + at - encloserAt] = sname.octets[at];
    // It fits: the closest encloser is shorter than SNAME by a label at least.
    this.wildcardName.set(this.#wildcard);
    return this.wildcardName;
  }
}
