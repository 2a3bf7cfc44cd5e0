import { Resolver } from 'node:dns/promises';
import { encodeRdata } from '@dnsteer/wire/records';
import { AliasTable } from 'dnsteer';
import { ALIAS_MAX_TTL_SECONDS } from './zone-plan.ts';

/** Resolvers are not asked more often, however short the TTL is. */
const LEAST_TTL_SECONDS = 5;
/** A name that has no addresses of a family is asked for again after so long. */
const EMPTY_TTL_SECONDS = 60;
/** What is not renewed is answered for so long at most: RFC 8767 5 recommends 1 to 3 days. */
const MOST_STALE_SECONDS = 86_400;
const FIRST_RETRY_MS = 2000;
const MOST_RETRY_MS = 60_000;
const QUERY_TIMEOUT_MS = 2000;
const SLOTS = 4096;

const FAMILIES = [4, 6] as const;
type Family = (typeof FAMILIES)[number];

/** How the addresses of a name stand. */
export interface AliasRow {
  /** Without final dot. */
  readonly target: string;
  readonly family: Family;
  readonly addresses: readonly string[];
  /** When resolvers said so; left out: they have not yet. */
  readonly resolvedAt?: string;
  /** Why the last attempt failed; left out: it did not. */
  readonly failure?: string;
}

interface Target {
  readonly name: string;
  readonly slot: number;
  readonly families: Record<
    Family,
    { addresses: string[]; resolvedMs: number; failure: string | undefined; retryMs: number; timer: NodeJS.Timeout | undefined }
  >;
}

/** Asks resolvers for the addresses of names that owners are aliases of, in the background: what was last good is answered until there is better. */
export class AliasResolver {
  readonly table = new AliasTable(SLOTS);
  readonly #onFailure: (target: string, family: Family, reason: string) => void;
  readonly #slots = new Map<string, number>();
  readonly #targets = new Map<string, Target>();
  #resolver = new Resolver();
  #servers = '';

  /** @param onFailure - once for each name and family, until it goes well again. */
  constructor(onFailure: (target: string, family: Family, reason: string) => void) {
    this.#onFailure = onFailure;
  }

  /** Where the addresses of a name stand in the table. @param name - without final dot. @throws Error when there are too many. */
  slotOf(name: string): number {
    const known = this.#slots.get(name) ?? this.#slots.size;
    if (known >= SLOTS) throw new Error(`more than ${SLOTS} names that owners are aliases of, since the start`);
    this.#slots.set(name, known);
    return known;
  }

  /**
   * The names that are asked for from now on.
   *
   * @param servers - addresses, with or without a port.
   * @returns when each that is new has been asked for once, whatever came of it.
   */
  async watch(names: ReadonlySet<string>, servers: readonly string[]): Promise<void> {
    if (servers.join() !== this.#servers) {
      this.#servers = servers.join();
      this.#resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: 2 });
      if (servers.length > 0) this.#resolver.setServers(servers);
    }
    for (const [name, target] of this.#targets) if (!names.has(name)) this.#forget(target);
    const fresh = [...names].filter((name) => !this.#targets.has(name));
    for (const name of fresh) this.#targets.set(name, { name, slot: this.slotOf(name), families: { 4: nothing(), 6: nothing() } });
    await Promise.all(fresh.flatMap((name) => FAMILIES.map((family) => this.#resolve(this.#targets.get(name)!, family))));
  }

  status(): AliasRow[] {
    return [...this.#targets.values()].flatMap(({ name, families }) =>
      FAMILIES.map((family) => {
        const { addresses, resolvedMs, failure } = families[family];
        return {
          target: name,
          family,
          addresses,
          ...(resolvedMs > 0 && { resolvedAt: new Date(resolvedMs).toISOString() }),
          ...(failure !== undefined && { failure }),
        };
      }),
    );
  }

  stop(): void {
    for (const target of this.#targets.values()) this.#forget(target);
    this.#resolver.cancel();
  }

  #forget(target: Target): void {
    for (const family of FAMILIES) clearTimeout(target.families[family].timer);
    this.#targets.delete(target.name);
  }

  async #resolve(target: Target, family: Family): Promise<void> {
    const state = target.families[family];
    let nextMs: number;
    try {
      const found = await this.#ask(target.name, family);
      if (this.#targets.get(target.name) !== target) return;
      const ttlSeconds = Math.min(ALIAS_MAX_TTL_SECONDS, Math.max(LEAST_TTL_SECONDS, found.ttlSeconds));
      const nowSeconds = Math.floor(Date.now() / 1000);
      const rdatas = found.addresses.map((address) => encodeRdata(family === 4 ? 1 : 28, address));
      this.table.write(target.slot, family, rdatas, nowSeconds + ttlSeconds, nowSeconds + ttlSeconds + MOST_STALE_SECONDS);
      Object.assign(state, { addresses: found.addresses, resolvedMs: Date.now(), failure: undefined, retryMs: FIRST_RETRY_MS });
      // Before the TTL ends, and not all names at once.
      nextMs = ttlSeconds * 1000 * (0.8 + 0.1 * Math.random());
    } catch (error) {
      if (this.#targets.get(target.name) !== target) return;
      const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      if (state.failure === undefined) this.#onFailure(target.name, family, reason);
      state.failure = reason;
      nextMs = state.retryMs;
      state.retryMs = Math.min(MOST_RETRY_MS, 2 * state.retryMs);
    }
    state.timer = setTimeout(() => void this.#resolve(target, family), nextMs);
    state.timer.unref();
  }

  async #ask(name: string, family: Family): Promise<{ addresses: string[]; ttlSeconds: number }> {
    try {
      const records =
        family === 4 ? await this.#resolver.resolve4(name, { ttl: true }) : await this.#resolver.resolve6(name, { ttl: true });
      return { addresses: records.map(({ address }) => address), ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)) };
    } catch (error) {
      // The name is there, without an address of this family.
      if ((error as NodeJS.ErrnoException).code === 'ENODATA') return { addresses: [], ttlSeconds: EMPTY_TTL_SECONDS };
      throw error;
    }
  }
}

function nothing() {
  return { addresses: [], resolvedMs: 0, failure: undefined, retryMs: FIRST_RETRY_MS, timer: undefined };
}
