import type { ProbeReport } from '@dnsteer/health';

/** So many of the last probes that succeeded count. */
const WINDOW = 9;

/** How long probes take, as the feed `probe`: of an endpoint the median of its last successful probes (of the faster family), in milliseconds, of a pool that of its fastest endpoint that is not down. */
export class ProbeLatency {
  readonly #publish: (id: string, ms: number) => void;
  /** By endpoint and family. */
  readonly #durations = new Map<string, number[]>();
  /** By pool, then likewise. */
  readonly #medians = new Map<string, Map<string, number>>();

  constructor(publish: (id: string, ms: number) => void) {
    this.#publish = publish;
  }

  onProbe({ id, family, result, durationMs, state }: Pick<ProbeReport, 'id' | 'family' | 'result' | 'durationMs' | 'state'>): void {
    const pool = id.slice(0, id.indexOf('/'));
    const key = `${id} ${family}`;
    if (state === 'down') {
      this.#durations.delete(key);
      this.#medians.get(pool)?.delete(key);
      return;
    }
    if (result !== 'success') return;
    const last = this.#durations.get(key) ?? [];
    last.push(durationMs);
    if (last.length > WINDOW) last.shift();
    this.#durations.set(key, last);
    const own = this.#medians.get(pool) ?? new Map<string, number>();
    own.set(key, last.toSorted((a, b) => a - b)[(last.length - 1) >> 1]!);
    this.#medians.set(pool, own);
    const ofEndpoint = ([4, 6] as const).map((each) => own.get(`${id} ${each}`) ?? Number.POSITIVE_INFINITY);
    this.#publish(id, Math.min(...ofEndpoint));
    this.#publish(pool, Math.min(...own.values()));
  }

  /** Forgets endpoints that are gone. @param ids - of those that are probed. */
  keep(ids: ReadonlySet<string>): void {
    for (const own of [this.#durations, ...this.#medians.values()]) {
      for (const key of own.keys()) if (!ids.has(key.slice(0, key.lastIndexOf(' ')))) own.delete(key);
    }
  }
}
