/** What pools or endpoints can bear, in the unit of the load. */
export type Capacities = ReadonlyMap<string, number>;

/**
 * `eu=300`, `us/iad1=12.5%`: a number in the unit of the load, or a share of it.
 *
 * @param load - all of it.
 * @throws Error for a text that is none, and for names that `known` does not hold.
 */
export function parseCapacities(texts: readonly string[], load: number, known: ReadonlySet<string>): Capacities {
  return new Map(
    texts.map((text) => {
      const [, name = '', digits = '', percent] = /^([^=]+)=(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
      if (name === '') throw new Error(`found ${JSON.stringify(text)}, expected a capacity such as eu=300, us/iad1=150 or us=40%`);
      if (!known.has(name)) throw new Error(`found ${JSON.stringify(name)}, expected one of ${[...known].join(', ')}`);
      return [name, percent === '%' ? (Number(digits) / 100) * load : Number(digits)];
    }),
  );
}

/** Limits by pool of the `capacity` filters in a chain, wherever they lie: `capacity: { eu: 300 }`, or under its `limits` or `pools`. Shares are left out. */
export function chainCapacities(chain: unknown, found = new Map<string, number>()): Map<string, number> {
  if (typeof chain !== 'object' || chain === null) return found;
  for (const [key, value] of Object.entries(chain)) {
    if (key === 'capacity' && !Array.isArray(chain)) takeLimits(value, found);
    else chainCapacities(value, found);
  }
  return found;
}

function takeLimits(value: unknown, found: Map<string, number>): void {
  if (typeof value !== 'object' || value === null) return;
  const { limits, pools } = value as { limits?: unknown; pools?: unknown };
  for (const [pool, limit] of Object.entries((limits ?? pools ?? value) as object)) if (typeof limit === 'number') found.set(pool, limit);
}
