import { TYPE } from '@dnsteer/wire';
import { ZoneBuilder } from './builder.ts';
import type { ZoneImage } from './image.ts';
import { rdatasOf } from './owner-records.ts';

/**
 * A builder with all that a version holds, an overlay or none: what it builds answers every query as the version does. Takes some of the time that reading the
 * zone took; any thread can do it.
 *
 * @param options.dynamic - false leaves out what is chosen at query time.
 */
export function builderFromImage(image: ZoneImage, options: { dynamic?: boolean } = {}): ZoneBuilder {
  const { octets } = image;
  const builder = new ZoneBuilder(octets.slice(image.apexAt, image.apexAt + 255));
  // Names that have one below them come first, as the first mention decides the case.
  const nodes = [...image.nodes()];
  if (image.overlay !== undefined) nodes.sort((a, b) => octetsOfName(octets, image.ownerAt(a)) - octetsOfName(octets, image.ownerAt(b)));
  for (const node of nodes) {
    addRrsets(builder, image, node);
    if (options.dynamic !== false) addDynamics(builder, image, node);
  }
  for (let row = 0; row < image.nsec3Count; row++) addRrset(builder, image, image.nsec3OwnerAt(row), image.nsec3Rrset(row));
  return builder;
}

function addRrsets(builder: ZoneBuilder, image: ZoneImage, node: number): void {
  const ownerAt = image.ownerAt(node);
  const first = image.firstRrset(node);
  for (let rrset = first; rrset < first + image.rrsetsOf(node); rrset++) addRrset(builder, image, ownerAt, rrset);
}

function addDynamics(builder: ZoneBuilder, image: ZoneImage, node: number): void {
  const ownerAt = image.ownerAt(node);
  const owner = image.octets.subarray(ownerAt, ownerAt + 255);
  for (let i = 0; i < image.dynamicsOf(node); i++) {
    const type = image.dynamicType(node, i);
    builder.addDynamic(owner, [type], image.dynamicId(node, type), image.dynamicMaxTtl(node, type));
  }
}

function addRrset(builder: ZoneBuilder, image: ZoneImage, ownerAt: number, rrset: number): void {
  const owner = image.octets.subarray(ownerAt, ownerAt + 255);
  const ttlSeconds = image.rrsetTtl(rrset);
  const type = image.rrsetType(rrset);
  for (const rdata of rdatasOf(image, image.rrsetAt(rrset), image.rrsetCount(rrset))) builder.add(owner, type, ttlSeconds, rdata);
  for (const rrsig of rdatasOf(image, image.rrsigAt(rrset), image.rrsigCount(rrset))) builder.add(owner, TYPE.RRSIG, ttlSeconds, rrsig);
}

/** Octets of a wire name. */
function octetsOfName(octets: Uint8Array, at: number): number {
  const start = at;
  while (octets[at] !== 0) at += octets[at] + 1;
  return at - start;
}
