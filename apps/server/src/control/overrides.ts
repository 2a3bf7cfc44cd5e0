import type { HealthOverride, HealthTable } from '@dnsteer/health';
import type { Pool, SlotOf } from '@dnsteer/steering';

/** What an operator says of endpoints, against what probes say. `probes`: they decide again. */
export type OverrideAction = 'down' | 'drain' | 'force-up' | 'probes';

/** One line of what operators have said; of those that match an endpoint the last one holds (as in gdnsd's admin_state). */
export interface OverrideEntry {
  /** A pool ('eu'), an endpoint ('eu/fra1'), or a glob over ids 'pool/endpoint': `*` stands for any letters but "/", `?` for one. */
  readonly match: string;
  readonly action: OverrideAction;
  /** Milliseconds since 1970 when it ends; left out: never. */
  readonly untilMs?: number | undefined;
  readonly note?: string | undefined;
}

/** An entry, and where it comes from. */
export interface ListedOverride extends OverrideEntry {
  readonly by: 'file' | 'operator';
  readonly endpoints: readonly string[];
}

const WORDS: Readonly<Record<OverrideAction, HealthOverride>> = { down: 'down', drain: 'down', 'force-up': 'up', probes: 'none' };
/** A timer takes no more. */
const MOST_WAIT_MS = 2 ** 31 - 1;

/** What operators say of pools and endpoints: lines of a file, and behind them what was said through the control socket, which is forgotten when the server stops. */
export class Overrides {
  readonly #table: HealthTable;
  readonly #slotOf: SlotOf;
  readonly #now: () => number;
  /** Tells that entries have ended by themselves. */
  readonly #onEnded: (ended: readonly OverrideEntry[]) => void;
  #pools: readonly Pool[] = [];
  #fromFile: readonly OverrideEntry[] = [];
  #said: OverrideEntry[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    table: HealthTable,
    slotOf: SlotOf,
    onEnded: (ended: readonly OverrideEntry[]) => void = () => {},
    now: () => number = Date.now,
  ) {
    this.#table = table;
    this.#slotOf = slotOf;
    this.#onEnded = onEnded;
    this.#now = now;
  }

  /** @returns how many endpoints it matches; 0: it was not taken. */
  say(entry: OverrideEntry): number {
    const count = this.#matched(entry).length;
    if (count === 0) return 0;
    this.#said = [...this.#said.filter(({ match }) => !covers(entry.match, match)), entry];
    // What nothing stands in front of says nothing.
    while (this.#said[0]?.action === 'probes' && this.#fromFile.length === 0) this.#said.shift();
    this.#apply();
    return count;
  }

  /** The lines of the file, in their order. */
  set file(entries: readonly OverrideEntry[]) {
    this.#fromFile = entries;
    this.#apply();
  }

  /** The pools that are answered from now on. To be called before any of them can be answered: what matches an endpoint that joins holds for it, too. */
  set pools(pools: readonly Pool[]) {
    this.#pools = pools;
    this.#apply();
  }

  /** In the order in which they hold: later ones win. */
  list(): ListedOverride[] {
    const listed = (entries: readonly OverrideEntry[], by: ListedOverride['by']) =>
      entries.map((entry) => ({ ...entry, by, endpoints: this.#matched(entry).map(({ id }) => id) }));
    return [...listed(this.#fromFile, 'file'), ...listed(this.#said, 'operator')];
  }

  /** What holds for an endpoint; `undefined`: its probes decide. */
  of(pool: string, endpoint: string): OverrideEntry | undefined {
    const last = [...this.#fromFile, ...this.#said].findLast(({ match }) => matches(match, `${pool}/${endpoint}`, pool));
    return last?.action === 'probes' ? undefined : last;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #apply(): void {
    const nowMs = this.#now();
    const hasEnded = ({ untilMs = Number.POSITIVE_INFINITY }: OverrideEntry) => untilMs <= nowMs;
    const ended = this.#said.filter(hasEnded);
    this.#said = this.#said.filter((entry) => !hasEnded(entry));
    const entries = [...this.#fromFile.filter((entry) => !hasEnded(entry)), ...this.#said];
    for (const { id, pool, endpoint } of this.#endpoints()) {
      const last = entries.findLast(({ match }) => matches(match, id, pool));
      const override = last === undefined ? 'none' : WORDS[last.action];
      const slot = this.#slotOf(pool, endpoint);
      for (const family of [4, 6] as const)
        if (this.#table.overrideOf(slot, family) !== override) this.#table.override(slot, family, override);
    }
    this.#wait(entries, nowMs);
    if (ended.length > 0) this.#onEnded(ended);
  }

  #wait(entries: readonly OverrideEntry[], nowMs: number): void {
    clearTimeout(this.#timer);
    const next = Math.min(...entries.map(({ untilMs = Number.POSITIVE_INFINITY }) => untilMs));
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#apply(), Math.min(MOST_WAIT_MS, Math.max(1, next - nowMs)));
    this.#timer.unref();
  }

  #matched({ match }: OverrideEntry): { id: string }[] {
    return this.#endpoints().filter(({ id, pool }) => matches(match, id, pool));
  }

  #endpoints(): { id: string; pool: string; endpoint: string }[] {
    return this.#pools.flatMap(({ name, endpoints }) =>
      endpoints.map((endpoint) => ({ id: `${name}/${endpoint.name}`, pool: name, endpoint: endpoint.name })),
    );
  }
}

function matches(match: string, id: string, pool: string): boolean {
  return match.includes('/') ? globOf(match).test(id) : globOf(match).test(pool);
}

/** Whether all that `other` can match is matched by `match` as well; false where that is not plain to see. */
function covers(match: string, other: string): boolean {
  if (match === other || match === '*' || match === '*/*') return true;
  return !other.includes('*') && !other.includes('?') && !match.includes('/') && globOf(match).test(other.split('/')[0]!);
}

function globOf(glob: string): RegExp {
  const source = glob.replaceAll(/[.*+?^${}()|[\]\\]/g, (letter) => (letter === '*' ? '[^/]*' : letter === '?' ? '[^/]' : `\\${letter}`));
  return new RegExp(`^${source}$`);
}
