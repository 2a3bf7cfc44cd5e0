import { CLASS, type PreparedRecords, parseQuery, QueryView, ResponseWriter, SECTION, TYPE } from '@dnsteer/wire';
import type { ZoneImage } from '@dnsteer/zone';

const HEADER_OCTETS = 12;
const QUESTION_FIELDS_OCTETS = 4;
/** A larger SOA is written anew each time. */
const MAX_OCTETS = 4096;

/** The SOA of a zone as its negative answers have it: written once, when the first of them is asked for, and copied from then on. */
export class PreparedSoa {
  readonly #image: ZoneImage;
  readonly #row: number;
  #alone: PreparedRecords | undefined;
  #signed: PreparedRecords | undefined;
  #failed = false;

  constructor(image: ZoneImage, row: number) {
    this.#image = image;
    this.#row = row;
  }

  /** The SOA, with its RRSIGs if `isSigned`; undefined when it is too large. */
  of(isSigned: boolean): PreparedRecords | undefined {
    const prepared = isSigned ? this.#signed : this.#alone;
    return prepared !== undefined || this.#failed ? prepared : this.#prepare(isSigned);
  }

  #prepare(isSigned: boolean): PreparedRecords | undefined {
    const prepared = prepareSoa(this.#image, this.#row, isSigned);
    this.#failed = prepared === undefined;
    if (isSigned) this.#signed = prepared;
    else this.#alone = prepared;
    return prepared;
  }
}

/** Writes the SOA behind a question for the apex. */
function prepareSoa(image: ZoneImage, row: number, isSigned: boolean): PreparedRecords | undefined {
  const { apexAt, negativeTtlSeconds: ttlSeconds, octets } = image;
  const query = new QueryView();
  const packet = new Uint8Array(MAX_OCTETS);
  query.qname.set(octets, apexAt);
  packet[5] = 1;
  packet.set(query.qname.octets.subarray(0, query.qname.length), HEADER_OCTETS);
  const end = HEADER_OCTETS + query.qname.length + QUESTION_FIELDS_OCTETS;
  packet[end - 3] = TYPE.SOA;
  packet[end - 1] = CLASS.IN;
  parseQuery(packet, end, query);
  const response = new ResponseWriter();
  response.begin(query, new Uint8Array(MAX_OCTETS), MAX_OCTETS);
  const add = (type: number, at: number, count: number) =>
    count === 0 || response.rrset(SECTION.AUTHORITY, octets, apexAt, type, ttlSeconds, octets, at, count);
  const fits =
    add(TYPE.SOA, image.rrsetAt(row), image.rrsetCount(row)) && (!isSigned || add(TYPE.RRSIG, image.rrsigAt(row), image.rrsigCount(row)));
  return fits ? response.prepare() : undefined;
}
