import type { Answerer, AnswerStatus, Exchange } from '@dnsteer/router';
import { formatName, nameLength, TYPE } from '@dnsteer/wire';
import { HAS_DYNAMIC, type ZoneImage } from '@dnsteer/zone';
import { answerLink } from './answer-link.ts';
import type { RRsetChooser, RRsetSigner } from './choice.ts';
import { AuthorityError } from './errors.ts';
import { Lookup, type ZoneFacts } from './lookup.ts';

const APEX_NODE = 0;

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
 * @throws AuthorityError ERR_AUTHORITY_SOA_MISSING, ERR_AUTHORITY_CHOOSER_MISSING, ERR_AUTHORITY_SIGNER_MISSING.
 */
export function zoneAnswerer(image: ZoneImage, options: ZoneAnswererOptions = {}): Answerer {
  const { dynamic, sign } = options;
  const soaRow = image.rrset(APEX_NODE, TYPE.SOA);
  const apexName = formatName(image.octets, image.apexAt);
  if (soaRow < 0) throw new AuthorityError('ERR_AUTHORITY_SOA_MISSING', `${apexName} has no SOA record`);
  if (dynamic === undefined || (sign === undefined && image.isSigned)) {
    const owner = findDynamicOwner(image);
    if (owner !== undefined && dynamic === undefined) {
      throw new AuthorityError(
        'ERR_AUTHORITY_CHOOSER_MISSING',
        `${owner} is answered dynamically, and nothing was given that chooses for it`,
      );
    }
    if (owner !== undefined) {
      throw new AuthorityError(
        'ERR_AUTHORITY_SIGNER_MISSING',
        `${owner} is answered dynamically in a signed zone, and no signer was given`,
      );
    }
  }
  return new ZoneAnswerer({ image, soaRow, chooser: dynamic, signer: sign });
}

class ZoneAnswerer implements Answerer {
  readonly apex: Uint8Array;
  readonly #zone: ZoneFacts;
  readonly #idle: Lookup[] = [];

  constructor(zone: ZoneFacts) {
    const { apexAt, octets } = zone.image;
    this.apex = octets.slice(apexAt, apexAt + nameLength(octets, apexAt));
    this.#zone = zone;
  }

  answer(exchange: Exchange): AnswerStatus | Promise<AnswerStatus> {
    const lookup = this.#idle.pop() ?? new Lookup(this.#zone);
    const status = answerLink(lookup, exchange);
    if (typeof status !== 'number') return status.finally(() => this.#idle.push(lookup));
    this.#idle.push(lookup);
    return status;
  }
}

/** Presentation form of the first owner that is answered dynamically. */
function findDynamicOwner(image: ZoneImage): string | undefined {
  for (let node = 0; node < image.nodeCount; node++) {
    if ((image.flags(node) & HAS_DYNAMIC) !== 0) return formatName(image.octets, image.ownerAt(node));
  }
  return undefined;
}
