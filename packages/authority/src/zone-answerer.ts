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

/** Of all zones of a thread. */
const idle: Lookup[] = [];
const lookupIn = (zone: ZoneFacts): Lookup => idle.pop()?.enter(zone) ?? new Lookup(zone);

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
  return new ZoneAnswerer({ image, soaRow, soa: new PreparedSoa(image, soaRow), chooser: dynamic, signer: sign });
}

class ZoneAnswerer implements Answerer {
  readonly apex: Uint8Array;
  readonly #zone: ZoneFacts;

  constructor(zone: ZoneFacts) {
    const { apexAt, octets } = zone.image;
    this.apex = lowerCaseName(octets.subarray(apexAt));
    this.#zone = zone;
  }

  answer(exchange: Exchange): AnswerStatus | Promise<AnswerStatus> {
    const lookup = lookupIn(this.#zone);
    const status = answerLink(lookup, exchange);
    if (typeof status !== 'number') return status.finally(() => idle.push(lookup));
    idle.push(lookup);
    return status;
  }

  holds(exchange: Exchange): boolean {
    const lookup = lookupIn(this.#zone);
    const held = holdsLink(lookup, exchange);
    idle.push(lookup);
    return held;
  }

  negative(exchange: Exchange): void {
    const lookup = lookupIn(this.#zone);
    lookup.begin(exchange);
    if (!writeSoa(lookup, this.#zone.image.negativeTtlSeconds)) exchange.response.truncated = true;
    idle.push(lookup);
  }
}

function expectNoDynamicOwner(image: ZoneImage, code: AuthorityErrorCode, missing: string): void {
  if (image.dynamicOwnerCount === 0) return;
  for (const node of image.nodes()) {
    if ((image.flags(node) & HAS_DYNAMIC) === 0) continue;
    throw new AuthorityError(code, `${formatName(image.octets, image.ownerAt(node))} is answered dynamically, and ${missing}`);
  }
}
