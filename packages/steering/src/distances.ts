import { distanceKm, writeUnitVector } from './sphere.ts';

const CELLS = 65536;

/**
 * Distances from a place to every pool, remembered: clients of one network share a location, so the trigonometry is done once.
 * A direct-mapped table of fixed size: no object per place, and nothing to evict.
 */
export class DistanceTable {
  /** Kilometres as they count, after bias: `row(...) + pool`. Infinity for a pool without a location. */
  readonly km: Float64Array;
  private readonly poolVectors: Float64Array;
  private readonly factors: Float64Array;
  private readonly rowMask: number;
  /** Latitude and longitude by row; NaN when the row is empty. */
  private readonly places: Float64Array;
  private readonly vector = new Float64Array(3);

  /** @param poolVectors - three numbers by pool, NaN without a location. @param factors - of the distance, by pool. */
  constructor(poolVectors: Float64Array, factors: Float64Array) {
    const rows = Math.min(512, 2 ** Math.floor(Math.log2(Math.max(1, CELLS / factors.length))));
    this.poolVectors = poolVectors;
    this.factors = factors;
    this.rowMask = rows - 1;
    this.places = new Float64Array(2 * rows).fill(Number.NaN);
    this.km = new Float64Array(rows * factors.length);
  }

  /** @returns the offset of this place's row in `km`, good until the next call. */
  row(latitude: number, longitude: number): number {
    const mixed = Math.imul((latitude * 64) | 0, 0x9e3779b1) ^ Math.imul((longitude * 64) | 0, 0x85ebca6b);
    const slot = (mixed ^ (mixed >>> 15)) & this.rowMask;
    const at = slot * this.factors.length;
    if (this.places[2 * slot] === latitude && this.places[2 * slot + 1] === longitude) return at;
    this.places[2 * slot] = latitude;
    this.places[2 * slot + 1] = longitude;
    writeUnitVector(this.vector, 0, latitude, longitude);
    for (let pool = 0; pool < this.factors.length; pool++) {
      const km = distanceKm(this.vector, 0, this.poolVectors, 3 * pool) * this.factors[pool]!;
      this.km[at + pool] = Number.isNaN(km) ? Number.POSITIVE_INFINITY : km;
    }
    return at;
  }
}
