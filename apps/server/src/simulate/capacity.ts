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

/**
 * Limits by pool of the `capacity` filters in a chain, wherever they lie, in the unit of the load: their shares are of all of it.
 *
 * @param load - all of it.
 */
export function chainCapacities(chain: unknown, load: number, found = new Map<string, number>()): Map<string, number> {
  if (typeof chain !== 'object' || chain === null) return found;
  for (const [key, value] of Object.entries(chain)) {
    if (key === 'capacity' && !Array.isArray(chain)) takeLimits(value as CapacityParameters, load, found);
    else chainCapacities(value, load, found);
  }
  return found;
}

/** As @dnsteer/steering has compiled it, so it is right. */
interface CapacityParameters {
  readonly pools: Readonly<Record<string, { readonly share: number; readonly limit: number }>>;
}

function takeLimits({ pools }: CapacityParameters, load: number, found: Map<string, number>): void {
  const total = Object.values(pools).reduce((sum, { share }) => sum + share, 0);
  for (const [pool, { limit }] of Object.entries(pools)) found.set(pool, (limit / total) * load);
}
