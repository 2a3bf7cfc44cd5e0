import { FeedTable, SlotRegistry } from '@dnsteer/health';
import { type FeedSlot, type Policy, parseClientSubnet } from '@dnsteer/steering';

/** What is pushed of one feed. */
export interface PushedFigures {
  /** By pool (`eu`) or endpoint (`eu/fra1`). */
  readonly values?: Readonly<Record<string, number>>;
  /** By network of clients, then by pool. */
  readonly networks?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A figure that policies look at. */
export interface FeedRow {
  readonly feed: string;
  /** A pool, or an endpoint. */
  readonly of: string;
  /** The last one; left out: none has come. */
  readonly figure?: number;
  /** When that was. */
  readonly at?: string;
  readonly policies: readonly string[];
}

/** Written by the server itself, and by nobody else. */
export const OWN_FEEDS: readonly string[] = ['canary', 'probe'];

/** Figures that programs push, and that the policies of this configuration look at. */
export class Feeds {
  readonly table = new FeedTable();
  readonly #slots = new SlotRegistry(this.table);
  #used = new Map<string, { readonly slot: FeedSlot; readonly policies: string[] }>();

  readonly slotOf = this.#slots.slotOf;

  /** The policies that are answered by from now on. @param epoch - of the snapshot that has them. @param reached - epoch that all readers have reached. */
  adopt(policies: ReadonlyMap<string, Policy>, epoch: number, reached: number): void {
    this.#used = new Map();
    for (const [name, { feeds }] of policies) {
      for (const slot of feeds) {
        const known = this.#used.get(keyOf(slot.feed, slot.id));
        if (known === undefined) this.#used.set(keyOf(slot.feed, slot.id), { slot, policies: [name] });
        else known.policies.push(name);
      }
    }
    this.#slots.keep(
      Array.from(this.#used.values(), ({ slot: { feed, id } }) => [feed, id] as const),
      epoch,
    );
    this.#slots.reclaim(reached);
  }

  /** The slot of a figure that a policy looks at. */
  find(feed: string, id: string): number | undefined {
    return this.#used.get(keyOf(feed, id))?.slot.slot;
  }

  /**
   * Takes figures: all of them, or, when one is wrong, none.
   *
   * @returns how many.
   * @throws Error that says what was found and expected.
   */
  push(feed: string, { values = {}, networks = {} }: PushedFigures, nowMs: number): number {
    const slotFor = this.#slotsOf(feed);
    const changes: (() => void)[] = [];
    for (const [id, figure] of Object.entries(values)) {
      const slot = slotFor(id);
      checkFigure(figure, `${feed} ${id}`);
      changes.push(() => this.table.set(slot, figure, nowMs));
    }
    for (const [network, own] of Object.entries(networks)) {
      const { address, family, prefixLength } = readNetwork(network);
      for (const [pool, figure] of Object.entries(own)) {
        const slot = slotFor(pool);
        checkFigure(figure, `${feed} ${network} ${pool}`);
        if (pool.includes('/')) throw new Error(`found ${JSON.stringify(pool)}, expected a pool: figures of networks are of pools`);
        changes.push(() => this.table.setNetwork(slot, address, family, prefixLength, figure, nowMs));
      }
    }
    for (const change of changes) change();
    return changes.length;
  }

  list(): FeedRow[] {
    return Array.from(this.#used.values(), ({ slot: { feed, id, slot }, policies }) => {
      const atMs = this.table.times[slot]!;
      const known = atMs === 0 ? {} : { figure: this.table.values[slot]!, at: new Date(atMs).toISOString() };
      return { feed, of: id, ...known, policies };
    })
      .filter(({ feed }) => feed !== 'canary')
      .sort((a, b) => (a.feed < b.feed ? -1 : Number(a.feed > b.feed)));
  }

  #slotsOf(feed: string): (id: string) => number {
    const slots = [...this.#used.values()].map(({ slot }) => slot);
    const feeds = [...new Set(slots.map((own) => own.feed))].filter((own) => !OWN_FEEDS.includes(own)).sort();
    if (!feeds.includes(feed)) {
      const expected = feeds.length === 0 ? 'none: no policy looks at a feed' : `one that a policy looks at: ${feeds.join(', ')}`;
      throw new Error(`found feed ${JSON.stringify(feed)}, expected ${expected}`);
    }
    return (id) => {
      const slot = this.find(feed, id);
      if (slot !== undefined) return slot;
      const ids = slots.filter((own) => own.feed === feed).map((own) => own.id);
      const some = ids.length > 12 ? `${ids.slice(0, 12).join(', ')} ...` : ids.join(', ');
      throw new Error(`found ${JSON.stringify(id)}, expected one that a policy asks ${feed} of: ${some}`);
    };
  }
}

function keyOf(feed: string, id: string): string {
  return JSON.stringify([feed, id]);
}

function checkFigure(figure: unknown, what: string): void {
  if (typeof figure !== 'number' || !Number.isFinite(figure))
    throw new Error(`${what}: found ${JSON.stringify(figure)}, expected a number`);
}

function readNetwork(text: string) {
  const network = parseClientSubnet(text);
  const most = network.family === 4 ? 32 : 64;
  if (!text.includes('/') || network.prefixLength < 1 || network.prefixLength > most)
    throw new Error(`found ${JSON.stringify(text)}, expected a network of /1 to /${most}`);
  return network;
}
