const EARTH_RADIUS_KM = 6371.0088; // mean radius, IUGG
const RADIANS = Math.PI / 180;

/** Writes the unit vector of a place to `out[at..at+2]`: two sines and two cosines, once per place and not once per pair. */
export function writeUnitVector(out: Float64Array, at: number, latitude: number, longitude: number): void {
  const aroundAxis = Math.cos(latitude * RADIANS);
  out[at] = aroundAxis * Math.cos(longitude * RADIANS);
  out[at + 1] = aroundAxis * Math.sin(longitude * RADIANS);
  out[at + 2] = Math.sin(latitude * RADIANS);
}

/** Great-circle distance between two unit vectors, by their chord: exact for near and far. NaN in, NaN out. */
export function distanceKm(a: Float64Array, aAt: number, b: Float64Array, bAt: number): number {
  const x = a[aAt]! - b[bAt]!;
  const y = a[aAt + 1]! - b[bAt + 1]!;
  const z = a[aAt + 2]! - b[bAt + 2]!;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(x * x + y * y + z * z) / 2));
}
