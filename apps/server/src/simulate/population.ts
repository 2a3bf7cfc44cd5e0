import type { GeoDatabase } from '@dnsteer/geo';
import { type ClientSubnet, parseClientSubnet } from '@dnsteer/steering';
import { readNamed } from '../commands/read-named.ts';

/** Clients to decide for: each a network that stands for `weights[i]` of the load. */
export interface Population {
  readonly description: string;
  readonly count: number;
  /** 16 octets a client, of which the first 4 count for IPv4. */
  readonly addresses: Uint8Array;
  readonly prefixLengths: Uint8Array;
  readonly families: Uint8Array;
  readonly weights: Float64Array;
  /** Index into `countries`. */
  readonly countryOf: Uint16Array;
  /** ISO 3166-1 alpha-2; '??' where the database knows none. */
  readonly countries: readonly string[];
}

/** Somebody asks on behalf of a whole /24 as a rule (RFC 7871 11.1). */
const PREFIX_BITS = 24;

/**
 * Everybody whom the database knows by IPv4: `count` clients at equal distances in the addresses of the countries, so that each country has its share of them.
 *
 * @param weightOf - of a country's clients all together; left out: as many as it has addresses.
 */
export function everybody(database: GeoDatabase, count: number, weightOf?: ReadonlyMap<string, number>): Population {
  const networks = countryNetworks(database, weightOf);
  const making = new Making(count);
  // Networks come country by country, so that each has its share to the client; of each step the middle.
  const { total } = networks;
  const step = total / count;
  let at = 0;
  let passed = 0;
  for (let i = 0; i < count && networks.count > 0; i++) {
    const target = (i + 0.5) * step;
    while (at < networks.count - 1 && passed + networks.sizes[at]! * networks.scale(at) <= target) {
      passed += networks.sizes[at]! * networks.scale(at);
      at++;
    }
    const offset = Math.min(networks.sizes[at]! - 1, Math.floor((target - passed) / networks.scale(at)));
    making.addIPv4((networks.starts[at]! + offset) >>> 0, networks.countryOf[at]!, 1);
  }
  const what = weightOf === undefined ? 'addresses' : 'clients';
  return making.finish(`${making.count.toLocaleString('en')} clients by the ${what} of ${networks.names.length} countries`, networks.names);
}

interface Networks {
  count: number;
  readonly starts: Uint32Array;
  readonly sizes: Float64Array;
  readonly countryOf: Uint16Array;
  readonly names: readonly string[];
  /** Of all clients, in the unit of sizes times scale. */
  readonly total: number;
  scale(network: number): number;
}

function countryNetworks(database: GeoDatabase, weightOf: ReadonlyMap<string, number> | undefined): Networks {
  const starts: number[] = [];
  const sizes: number[] = [];
  const countryOf: number[] = [];
  const names: string[] = [];
  const indexes = new Map<string, number>();
  const addresses: number[] = [];
  const octets = new Uint8Array(4);
  for (let address = 0; address < 2 ** 32; ) {
    octets[0] = address >>> 24;
    octets[1] = address >>> 16;
    octets[2] = address >>> 8;
    octets[3] = address;
    const { country, prefixLength } = database.locate(octets);
    const size = 2 ** (32 - prefixLength);
    if (country !== undefined && (weightOf === undefined || weightOf.has(country))) {
      let index = indexes.get(country);
      if (index === undefined) {
        index = names.push(country) - 1;
        indexes.set(country, index);
        addresses.push(0);
      }
      addresses[index]! += size;
      starts.push(address);
      sizes.push(size);
      countryOf.push(index);
    }
    address += size;
  }
  const order = Array.from(starts, (_, i) => i).sort((a, b) => countryOf[a]! - countryOf[b]!);
  const scales = names.map((name, i) => (weightOf === undefined ? 1 : weightOf.get(name)! / addresses[i]!));
  const ofNetwork = Uint16Array.from(order, (i) => countryOf[i]!);
  return {
    count: starts.length,
    starts: Uint32Array.from(order, (i) => starts[i]!),
    sizes: Float64Array.from(order, (i) => sizes[i]!),
    countryOf: ofNetwork,
    names,
    total: addresses.reduce((sum, size, i) => sum + size * scales[i]!, 0),
    scale: (network) => scales[ofNetwork[network]!]!,
  };
}

/**
 * Lines of a client and how much it counts, with a comma or blanks between; 1 when left out: resolvers (`192.0.2.53,1200`), networks (`81.2.69.0/24`), or countries
 * (`DE,84000000`), which stand for `count` clients within them. `#` begins a comment; a first line that is none of these is a heading.
 *
 * @throws Error with file and line.
 */
export function readPopulation(path: string, database: GeoDatabase, count: number): Population {
  const rows = readNamed(path).toString('utf8').split('\n');
  const clients: { client: ClientSubnet; weight: number }[] = [];
  const countries = new Map<string, number>();
  let isFirst = true;
  for (const [i, row] of rows.entries()) {
    const text = row.replace(/#.*/, '').trim();
    if (text === '') continue;
    const [who = '', amount = '1'] = text.split(/[\s,;]+/).map((field) => field.replace(/^"(.*)"$/, '$1'));
    const weight = Number(amount);
    const client = /^[A-Z]{2}$/.test(who) ? who : clientOf(who);
    const isHeading = isFirst && client === undefined;
    isFirst = false;
    if (isHeading) continue;
    if (client === undefined)
      throw new Error(`${path}:${i + 1}: found ${JSON.stringify(who)}, expected an address, a network or a country`);
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY))
      throw new Error(`${path}:${i + 1}: found ${JSON.stringify(amount)}, expected a number from 0: how much it counts`);
    if (typeof client === 'string') countries.set(client, (countries.get(client) ?? 0) + weight);
    else clients.push({ client, weight });
  }
  if (clients.length > 0 && countries.size > 0) throw new Error(`${path}: found countries and networks, expected either`);
  if (clients.length + countries.size === 0) throw new Error(`${path}: found no clients, expected one a line`);
  if (countries.size > 0) return everybody(database, count, countries);
  const making = new Making(clients.length);
  const names: string[] = [];
  const indexes = new Map<string, number>();
  for (const { client, weight } of clients) {
    const country = database.locate(client.address, client.family === 4 ? 4 : 16).country ?? '??';
    if (!indexes.has(country)) indexes.set(country, names.push(country) - 1);
    making.add(client, indexes.get(country)!, weight);
  }
  return making.finish(`${clients.length.toLocaleString('en')} clients of ${path}`, names);
}

function clientOf(text: string): ClientSubnet | undefined {
  try {
    return parseClientSubnet(text);
  } catch {
    return undefined;
  }
}

class Making {
  count = 0;
  readonly #addresses: Uint8Array;
  readonly #prefixLengths: Uint8Array;
  readonly #families: Uint8Array;
  readonly #weights: Float64Array;
  readonly #countryOf: Uint16Array;

  constructor(most: number) {
    this.#addresses = new Uint8Array(16 * most);
    this.#prefixLengths = new Uint8Array(most);
    this.#families = new Uint8Array(most);
    this.#weights = new Float64Array(most);
    this.#countryOf = new Uint16Array(most);
  }

  add({ address, family, prefixLength }: ClientSubnet, country: number, weight: number): void {
    const i = this.count++;
    this.#addresses.set(address.subarray(0, 16), i * 16);
    this.#families[i] = family;
    this.#prefixLengths[i] = prefixLength;
    this.#weights[i] = weight;
    this.#countryOf[i] = country;
  }

  addIPv4(address: number, country: number, weight: number): void {
    const i = this.count++;
    this.#addresses[i * 16] = address >>> 24;
    this.#addresses[i * 16 + 1] = address >>> 16;
    this.#addresses[i * 16 + 2] = address >>> 8;
    this.#families[i] = 4;
    this.#prefixLengths[i] = PREFIX_BITS;
    this.#weights[i] = weight;
    this.#countryOf[i] = country;
  }

  finish(description: string, countries: readonly string[]): Population {
    return {
      description,
      count: this.count,
      addresses: this.#addresses,
      prefixLengths: this.#prefixLengths,
      families: this.#families,
      weights: this.#weights,
      countryOf: this.#countryOf,
      countries,
    };
  }
}
