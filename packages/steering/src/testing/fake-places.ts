import { parseClientSubnet } from '../client.ts';
import type { LocationLike, Locator } from '../environment.ts';

/** What is known of a place; a prefix length comes from the networks. */
export type FakePlace = Partial<Omit<LocationLike, 'prefixLength'>>;

interface Network {
  readonly octets: Uint8Array;
  readonly family: 4 | 6;
  readonly length: number;
  readonly place: FakePlace;
}

/**
 * A locator over a handful of networks: the longest one that an address is in says where it is; outside all of them nothing is known. The prefix length is that
 * of the widest network around the address of which that is true, as a geo database has it.
 *
 * @param places - by network (`192.0.2.0/24`).
 * @throws SteeringError ERR_STEERING_CLIENT for a key that is no network.
 */
export function fakePlaces(places: Readonly<Record<string, FakePlace>>): Locator {
  const networks = Object.entries(places).map(([text, place]): Network => {
    const { address, family, prefixLength } = parseClientSubnet(text);
    return { octets: address, family, length: prefixLength, place };
  });
  return { locate: (address) => locate(networks, address), generation: () => 0 };
}

function locate(networks: readonly Network[], address: Uint8Array): LocationLike {
  const ofFamily = networks.filter(({ family }) => family === (address.length === 4 ? 4 : 6));
  let found: Network | undefined;
  for (const network of ofFamily)
    if (shared(network.octets, address, network.length) === network.length && network.length >= (found?.length ?? 0)) found = network;
  let prefixLength = found?.length ?? 0;
  // A narrower network beside the address ends what is said of it.
  for (const { octets, length } of ofFamily) {
    const common = shared(octets, address, length);
    if (common < length && common >= (found?.length ?? 0)) prefixLength = Math.max(prefixLength, common + 1);
  }
  return { ...found?.place, prefixLength };
}

/** How many of the first `most` bits are the same. */
function shared(one: Uint8Array, other: Uint8Array, most: number): number {
  let bits = 0;
  while (bits < most && ((one[bits >> 3]! ^ other[bits >> 3]!) & (0x80 >> (bits & 7))) === 0) bits++;
  return bits;
}
