import { parseClientSubnet } from './client.ts';
import type { FeedView, NetworkFigures } from './environment.ts';
import { SteeringError } from './errors.ts';
import type { Policy } from './policy.ts';

/** By feed: the figure of a pool (`eu`) or an endpoint (`eu/fra1`), or of pools for the clients of a network (`192.0.2.0/24`). */
export type Figures = Readonly<Record<string, Readonly<Record<string, number | Readonly<Record<string, number>>>>>>;

interface OfNetwork {
  readonly slot: number;
  readonly address: Uint8Array;
  readonly family: 4 | 6;
  readonly prefixLength: number;
  readonly place: number;
}

/** Figures given as a value, as a feed view of this policy: all came at `nowMs`. What the policy does not ask for is left out. */
export function feedView(figures: Figures | FeedView | undefined, policy: Policy, nowMs: number): FeedView | undefined {
  if (figures === undefined || isView(figures)) return figures;
  const length = 1 + Math.max(-1, ...policy.feeds.map(({ slot }) => slot));
  const view = { values: new Float64Array(length), times: new Float64Array(length) };
  const slotOf = (feed: string, id: string) => policy.feeds.find((own) => own.feed === feed && own.id === id)?.slot;
  // No figure has come at time 0.
  const atMs = nowMs === 0 ? 1 : nowMs;
  const networks: OfNetwork[] = [];
  const byPlace: number[] = [];
  for (const [feed, own] of Object.entries(figures)) {
    for (const [id, figure] of Object.entries(own)) {
      if (typeof figure === 'object') {
        const { address, family, prefixLength } = parseClientSubnet(id);
        for (const [pool, value] of Object.entries(figure)) {
          const slot = slotOf(feed, pool);
          const place = byPlace.push(checked(value, [feed, id, pool])) - 1;
          if (slot !== undefined) networks.push({ slot, address, family, prefixLength, place });
        }
        continue;
      }
      const slot = slotOf(feed, id);
      const value = checked(figure, [feed, id]);
      if (slot === undefined) continue;
      view.values[slot] = value;
      view.times[slot] = atMs;
    }
  }
  return { ...view, networks: networks.length === 0 ? undefined : new GivenNetworks(networks, byPlace, atMs) };
}

function isView(figures: Figures | FeedView): figures is FeedView {
  return (figures as FeedView).values instanceof Float64Array;
}

function checked(value: number, path: readonly string[]): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new SteeringError('ERR_STEERING_TYPE', { kind: 'argument', name: 'feeds' }, path, value, 'a number');
  return value;
}

class GivenNetworks implements NetworkFigures {
  readonly figures: Float32Array;
  readonly seconds: Uint32Array;
  prefixLength = 0;
  private readonly networks: readonly OfNetwork[];

  constructor(networks: readonly OfNetwork[], byPlace: readonly number[], atMs: number) {
    this.networks = networks.toSorted((a, b) => b.prefixLength - a.prefixLength);
    this.figures = Float32Array.from(byPlace);
    this.seconds = new Uint32Array(byPlace.length).fill(Math.ceil(atMs / 1000));
  }

  find(slot: number, address: Uint8Array, family: 4 | 6): number {
    const own = this.networks.filter((network) => network.slot === slot && network.family === family);
    this.prefixLength = own[0]?.prefixLength ?? 0;
    const found = own.find((network) => sharesBits(network.address, address, network.prefixLength));
    return found === undefined ? -1 : found.place;
  }
}

function sharesBits(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  for (let at = 0; at * 8 < bits; at++) {
    const mask = bits - at * 8 >= 8 ? 0xff : (0xff00 >> (bits & 7)) & 0xff;
    if (((a[at]! ^ b[at]!) & mask) !== 0) return false;
  }
  return true;
}
