export { type Centroid, countryCentroid } from './centroids.ts';
export { type Continent, continentOf } from './continents.ts';
export { combine, GeoDatabase, type LocationSource, type OpenOptions, openDatabase } from './database.ts';
export { type GeoCode, GeoError } from './errors.ts';
export type { Location, LocationFact } from './location.ts';
export { type WatchOptions, watchDatabase } from './watch.ts';
