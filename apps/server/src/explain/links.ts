import { equalNames, formatName, formatRdata, lowerCaseName, nameLength, SearchName, TYPE, typeText } from '@dnsteer/wire';
import { BELOW_CUT, DELEGATION_POINT, DNAME, EXACT, HAS_DYNAMIC, type ZoneImage, ZoneMatch } from '@dnsteer/zone';
import { enclosingZone, type ZonePlan } from '../control/zone-plan.ts';

/** Zones, and where each of them lies. */
export interface ZoneImages {
  readonly zones: readonly ZonePlan[];
  readonly imageOf: (plan: ZonePlan) => ZoneImage;
}

/** What one name of a chain leads to. */
export interface Link {
  /** Final dot, lower case. */
  readonly name: string;
  /** `undefined`: none of ours. */
  readonly zone: string | undefined;
  readonly found: 'steered' | 'records' | 'alias' | 'referral' | 'no data' | 'no name' | 'outside';
  /** `TTL TYPE RDATA` of what answers; of a referral the NS records. */
  readonly records: readonly string[];
  /** Seconds a negative answer is kept. */
  readonly negativeTtlSeconds?: number;
  /** The policy, and the type that it answers. */
  readonly steered?: { readonly policy: string; readonly type: string };
}

/** Aliases that are followed for one question, as the answering thread does. */
const MAX_LINKS = 16;
const MAX_NAME_OCTETS = 255;

/**
 * Follows a question through CNAMEs and DNAMEs, by the lookups that answers are made of (RFC 1034 4.3.2).
 *
 * @param qname - wire name, lower case.
 * @returns at least one link; the last one answers.
 */
export function followLinks(images: ZoneImages, qname: Uint8Array, qtype: number): Link[] {
  const links: Link[] = [];
  const names: Uint8Array[] = [];
  for (let name: Uint8Array | undefined = qname; name !== undefined; ) {
    const plan = answeringZone(images.zones, name, qtype);
    const { target, ...link }: Found = plan === undefined ? outside(name) : new LinkReader(plan, images.imageOf(plan), name, qtype).read();
    // What comes behind the last alias that is followed is looked up, but if it is another alias it is not answered.
    if (links.length === MAX_LINKS && link.found === 'alias') break;
    links.push(link);
    names.push(name);
    name = target === undefined || names.some((before) => equalNames(before, target)) ? undefined : target;
  }
  return links;
}

/** The DS of a zone is its parent's, where that is ours too (RFC 4035 3.1.4.1). */
function answeringZone(zones: readonly ZonePlan[], name: Uint8Array, qtype: number): ZonePlan | undefined {
  const zone = enclosingZone(zones, name);
  if (qtype !== TYPE.DS || zone === undefined || !equalNames(zone.apex, name)) return zone;
  return (
    enclosingZone(
      zones.filter((other) => other !== zone),
      name,
    ) ?? zone
  );
}

type Found = Link & { readonly target?: Uint8Array | undefined };

function outside(name: Uint8Array): Found {
  return { name: formatName(name), zone: undefined, found: 'outside', records: [] };
}

/** One link: a name, in a zone. */
class LinkReader {
  readonly #plan: ZonePlan;
  readonly #image: ZoneImage;
  readonly #name: Uint8Array;
  readonly #qtype: number;

  constructor(plan: ZonePlan, image: ZoneImage, name: Uint8Array, qtype: number) {
    this.#plan = plan;
    this.#image = image;
    this.#name = name;
    this.#qtype = qtype;
  }

  read(): Found {
    const sname = new SearchName();
    const match = new ZoneMatch();
    sname.set(this.#name);
    switch (this.#image.find(sname, match)) {
      case EXACT:
        return this.#readNode(match.node);
      case BELOW_CUT:
        return this.#link('referral', match.node, TYPE.NS);
      case DNAME:
        return this.#readDname(match.node);
      default:
        return match.wildcard < 0 ? this.#negative('no name') : this.#readNode(match.wildcard);
    }
  }

  #readNode(node: number): Found {
    const image = this.#image;
    const qtype = this.#qtype;
    const flags = image.flags(node);
    if ((flags & DELEGATION_POINT) !== 0 && qtype !== TYPE.DS) return this.#link('referral', node, TYPE.NS);
    if ((flags & HAS_DYNAMIC) !== 0) {
      const type = qtype === TYPE.ANY ? image.dynamicType(node, 0) : qtype;
      const steered = this.#plan.steered[image.dynamicId(node, type)];
      if (steered !== undefined) return { ...this.#link('steered'), steered: { policy: steered.policy, type: typeText(type) } };
    }
    if (qtype === TYPE.ANY && image.rrsetsOf(node) > 0) return this.#link('records', node, image.rrsetType(image.firstRrset(node)));
    if (image.rrset(node, qtype) >= 0) return this.#link('records', node, qtype);
    const cname = image.rrset(node, TYPE.CNAME);
    if (cname < 0) return this.#negative('no data');
    return { ...this.#link('alias', node, TYPE.CNAME), target: this.#nameAt(image.rrsetAt(cname) + 2) };
  }

  /** RFC 6672 3.2. */
  #readDname(node: number): Found {
    const image = this.#image;
    const suffix = this.#nameAt(image.rrsetAt(image.rrset(node, TYPE.DNAME)) + 2);
    // Who asks for the CNAME, or for ANY, has it with the DNAME.
    const isAnswer = this.#qtype === TYPE.CNAME || this.#qtype === TYPE.ANY;
    const prefix = this.#name.subarray(0, this.#name.length - nameLength(image.octets, image.ownerAt(node)));
    const target = Uint8Array.from([...prefix, ...suffix]);
    if (target.length > MAX_NAME_OCTETS) return this.#link('alias', node, TYPE.DNAME);
    if (!isAnswer) return { ...this.#link('alias', node, TYPE.DNAME), target };
    const dname = this.#link('records', node, TYPE.DNAME);
    return { ...dname, records: [...dname.records, `${dname.records[0]!.split(' ')[0]} CNAME ${formatName(target)}`] };
  }

  #negative(found: 'no data' | 'no name'): Found {
    return { ...this.#link(found), negativeTtlSeconds: this.#image.negativeTtlSeconds };
  }

  #link(found: Link['found'], node = -1, type = 0): Found {
    const row = node < 0 ? -1 : this.#image.rrset(node, type);
    const records = row < 0 ? [] : this.#rdataTexts(row, type).map((text) => `${this.#image.rrsetTtl(row)} ${typeText(type)} ${text}`);
    return { name: formatName(this.#name), zone: formatName(this.#plan.apex), found, records };
  }

  #rdataTexts(row: number, type: number): string[] {
    const { octets } = this.#image;
    let at = this.#image.rrsetAt(row);
    return Array.from({ length: this.#image.rrsetCount(row) }, () => {
      const length = (octets[at]! << 8) | octets[at + 1]!;
      const text = formatRdata(type, octets.slice(at + 2, at + 2 + length));
      at += 2 + length;
      return text;
    });
  }

  #nameAt(at: number): Uint8Array {
    const { octets } = this.#image;
    return lowerCaseName(octets.slice(at, at + nameLength(octets, at)));
  }
}
