export { ZoneBuilder, type ZoneRrset } from './builder.ts';
export { ZoneError, type ZoneErrorCode, type ZoneProblem } from './errors.ts';
export { BELOW_CUT, DNAME, EXACT, type FindStatus, MISSING, ZoneImage, ZoneMatch } from './image.ts';
export {
  APEX,
  DELEGATION_POINT,
  EMPTY_NON_TERMINAL,
  HAS_CNAME,
  HAS_DNAME,
  HAS_DYNAMIC,
  OCCLUDED,
  WILDCARD_CHILD,
} from './layout.ts';
export { SlabPool } from './slab-pool.ts';
export { parseZoneText, readZoneFile, type ZoneFileOptions } from './zone-file.ts';
