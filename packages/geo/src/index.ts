export { countryCentroid } from './centroids.ts';
export { combine, type LocationSource } from './combine.ts';
export { type Continent, continentOf, countryCodes } from './continents.ts';
export { GeoDatabase } from './database.ts';
export { GEO_ERROR_CODES, GeoError, type GeoErrorCode } from './errors.ts';
export type { Location } from './location.ts';
export { openDatabase } from './open.ts';
export { type WatchOptions, watchDatabase } from './watch.ts';
