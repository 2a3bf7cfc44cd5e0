import type { LocationLike, Locator } from './environment.ts';
import { IPV4_ADDRESS, IPV6_NETWORK, IPV6_SUBNET, Ipv4Networks, PREFIX_BITS, UNKNOWN, WideNetworks } from './networks.ts';

/** Where a client is that does not want to be looked at (RFC 7871 7.1.2), or of whom nothing is known. */
export const NOWHERE: LocationLike = Object.freeze({ prefixLength: 0 });
/** The number of NOWHERE. */
export const NOWHERE_PLACE = 0;

// A number has 16 bits.
const MOST_PLACES = 65_536;

/**
 * Remembers where networks are: IPv4 by /24 (by address where the locator divides the /24), IPv6 by /48 (by /64 where it divides the /48; what it divides
 * further is looked up each time). Places that differ in their prefix only are one, and numbered.
 */
export class Places {
  /** Another number when the numbers of places have changed their meaning. */
  version = 0;
  /** For how many bits of the address what `find` found last holds. */
  prefixLength = 0;
  private readonly locator: Locator;
  private generation = Number.NaN;
  private readonly ipv4 = new Ipv4Networks();
  private readonly wide = new WideNetworks();
  /** By number. */
  private places: LocationLike[] = [];
  private readonly byFacts = new Map<string, number>();
  /** A locator has one object for a network as long as it is warm. */
  private readonly byObject = new Map<LocationLike, number>();
  private readonly address4 = new Uint8Array(4);
  private readonly address6 = new Uint8Array(16);

  constructor(locator: Locator) {
    this.locator = locator;
    this.forget();
  }

  /** Forgets what the locator does not say any more. To be called before `find`. */
  refresh(generation: number): void {
    if (generation === this.generation) return;
    this.forget();
    this.generation = generation;
  }

  /** @returns the number of the place of the address in the first 4 or 16 octets; sets `prefixLength`. */
  find(address: Uint8Array, family: 4 | 6): number {
    const high = (address[0]! << 24) | (address[1]! << 16) | (address[2]! << 8) | address[3]!;
    if (family === 4) {
      let known = this.ipv4.find(high);
      if (known === UNKNOWN) known = this.wide.find(high, 0, IPV4_ADDRESS);
      return known === UNKNOWN ? this.lookUp(address, this.address4, high, 0) : this.read(known);
    }
    const low = (address[4]! << 24) | (address[5]! << 16) | (address[6]! << 8) | address[7]!;
    let known = this.wide.find(high, low & ~0xffff, IPV6_NETWORK);
    if (known === UNKNOWN) known = this.wide.find(high, low, IPV6_SUBNET);
    return known === UNKNOWN ? this.lookUp(address, this.address6, high, low) : this.read(known);
  }

  /** What is known of a place; its prefix length is that of any one network there. */
  at(place: number): LocationLike {
    return this.places[place]!;
  }

  private read(known: number): number {
    this.prefixLength = known & 0xff;
    return known >>> PREFIX_BITS;
  }

  private lookUp(address: Uint8Array, own: Uint8Array, high: number, low: number): number {
    // A copy of exactly 4 or 16 octets: a view of the caller's buffer would be an object per packet.
    for (let i = 0; i < own.length; i++) own[i] = address[i]!;
    const location = this.locator.locate(own);
    const place = this.numberOf(location);
    const { prefixLength } = location;
    this.prefixLength = prefixLength;
    if (own.length === 4) {
      if (prefixLength <= 24) this.ipv4.keep(high, place, prefixLength);
      else this.wide.keep(high, 0, IPV4_ADDRESS, place, prefixLength);
    } else if (prefixLength <= 48) this.wide.keep(high, low & ~0xffff, IPV6_NETWORK, place, prefixLength);
    else if (prefixLength <= 64) this.wide.keep(high, low, IPV6_SUBNET, place, prefixLength);
    return place;
  }

  private numberOf(location: LocationLike): number {
    const known = this.byObject.get(location);
    if (known !== undefined) return known;
    const facts = factsOf(location);
    let place = this.byFacts.get(facts);
    if (place === undefined) {
      if (this.places.length >= MOST_PLACES) this.forget();
      place = this.places.push(location) - 1;
      this.byFacts.set(facts, place);
    }
    if (this.byObject.size >= MOST_PLACES) this.byObject.clear();
    this.byObject.set(location, place);
    return place;
  }

  private forget(): void {
    this.version++;
    this.ipv4.clear();
    this.wide.clear();
    this.places = [NOWHERE];
    this.byFacts.clear();
    this.byFacts.set(factsOf(NOWHERE), NOWHERE_PLACE);
    this.byObject.clear();
  }
}

/** All that a filter may read of a location, in text: its prefix length is not among it. */
export function factsOf({ country = '', continent = '', subdivision = '', city = '', asn, latitude, longitude }: LocationLike): string {
  return `${country}/${continent}/${subdivision}/${city}/${asn}/${latitude}/${longitude}`;
}

const byLocator = new WeakMap<Locator, Places>();

/** What is remembered of a locator: one for all policies of a thread. */
export function placesOf(locator: Locator): Places {
  let places = byLocator.get(locator);
  if (places === undefined) byLocator.set(locator, (places = new Places(locator)));
  return places;
}
