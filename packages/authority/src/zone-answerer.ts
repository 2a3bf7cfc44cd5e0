import type { Answerer, AnswerStatus, Exchange } from '@dnsteer/router';
import { formatName, lowerCaseName, TYPE } from '@dnsteer/wire';
import { HAS_DYNAMIC, type ZoneImage } from '@dnsteer/zone';
import { answerLink } from './answer-link.ts';
import type { RRsetChooser, RRsetSigner } from './choice.ts';
import { AuthorityError, type AuthorityErrorCode } from './errors.ts';
import { holdsLink } from './holds.ts';
import { Lookup, type ZoneFacts } from './lookup.ts';
import { writeSoa } from './negative.ts';
import { PreparedSoa } from './prepared-soa.ts';

/** Of all zones of a thread. More are kept only while answers are waited for. */
const idle: Lookup[] = [];
const MOST_IDLE = 64;
const lookupIn = (zone: ZoneFacts): Lookup => idle.pop()?.enter(zone) ?? new Lookup(zone);
const putBack = (lookup: Lookup): void => {
  if (idle.length < MOST_IDLE) idle.push(lookup);
};

/** What is idle looks at a zone: at the one that came last, as it would keep those alive that nobody answers from any more. */
let newest: ZoneFacts;
const welcome = (zone: ZoneFacts): void => {
  newest = zone;
  for (const lookup of idle) lookup.enter(zone);
};

export interface ZoneAnswererOptions {
  /** Chooses for the dynamic owners of the image. Needed when it has one. */
  dynamic?: RRsetChooser;
  /** Signs what is chosen. Needed when the image has a dynamic owner and is signed. */
  sign?: RRsetSigner;
}

/**
 * Answers with authority from the image of a zone, as the router asks it to.
 *
 * `answer` is synchronous but where the chooser returns a promise. It allocates nothing for what stands in the zone.
 *
 * @throws AuthorityError ERR_AUTHORITY_CHOOSER_MISSING, ERR_AUTHORITY_SIGNER_MISSING.
 */
export function zoneAnswerer(image: ZoneImage, options: ZoneAnswererOptions = {}): Answerer {
  const { dynamic, sign } = options;
  const soaRow = image.rrset(image.apexNode, TYPE.SOA);
  if (dynamic === undefined) expectNoDynamicOwner(image, 'ERR_AUTHORITY_CHOOSER_MISSING', 'nothing was given that chooses for it');
  if (sign === undefined && image.isSigned) expectNoDynamicOwner(image, 'ERR_AUTHORITY_SIGNER_MISSING', 'no signer was given for its zone');
  return new ZoneAnswerer(image, soaRow, dynamic, sign);
}

/** It holds the facts itself: one object less to look into for each query. */
class ZoneAnswerer implements Answerer, ZoneFacts {
  readonly image: ZoneImage;
  readonly soaRow: number;
  readonly soa: PreparedSoa;
  readonly chooser: RRsetChooser | undefined;
  readonly signer: RRsetSigner | undefined;
  readonly apex: Uint8Array;

  constructor(image: ZoneImage, soaRow: number, chooser: RRsetChooser | undefined, signer: RRsetSigner | undefined) {
    this.image = image;
    this.soaRow = soaRow;
    this.soa = new PreparedSoa(image, soaRow);
    this.chooser = chooser;
    this.signer = signer;
    this.apex = lowerCaseName(image.octets.subarray(image.apexAt));
    welcome(this);
  }

  answer(exchange: Exchange): AnswerStatus | Promise<AnswerStatus> {
    const lookup = lookupIn(this);
    const status = answerLink(lookup, exchange);
    if (typeof status !== 'number') return status.finally(() => putBack(lookup.enter(newest)));
    putBack(lookup);
    return status;
  }

  holds(exchange: Exchange): boolean {
    const lookup = lookupIn(this);
    const held = holdsLink(lookup, exchange);
    putBack(lookup);
    return held;
  }

  negative(exchange: Exchange): void {
    const lookup = lookupIn(this);
    lookup.begin(exchange);
    if (!writeSoa(lookup, this.image.negativeTtlSeconds)) exchange.response.truncated = true;
    putBack(lookup);
  }
}

function expectNoDynamicOwner(image: ZoneImage, code: AuthorityErrorCode, missing: string): void {
  if (image.dynamicOwnerCount === 0) return;
  for (const node of image.nodes()) {
    if ((image.flags(node) & HAS_DYNAMIC) === 0) continue;
    throw new AuthorityError(code, `${formatName(image.octets, image.ownerAt(node))} is answered dynamically, and ${missing}`);
  }
}
