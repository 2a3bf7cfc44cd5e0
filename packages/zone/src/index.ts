export { ZoneBuilder, type ZoneRrset } from './builder.ts';
export { builderFromImage } from './builder-from-image.ts';
export { ChangeSet } from './change-set.ts';
export {
  rfcOf,
  severityOf,
  ZoneError,
  type ZoneErrorCode,
  type ZoneProblem,
  type ZoneProblemCode,
  type ZoneSeverity,
  type ZoneWarning,
} from './errors.ts';
export { type FormatZoneOptions, formatZone } from './format-zone.ts';
export { ZoneImage } from './image.ts';
export { inspectZoneFile, inspectZoneText, type ZoneInspection } from './inspect.ts';
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
export { SlabPacker } from './slab-packer.ts';
export type { SlabPart } from './slab-part.ts';
export { SlabPool } from './slab-pool.ts';
export { Zone, type ZoneMemory } from './zone.ts';
export { parseZoneText, readZoneFile, type ZoneFileOptions } from './zone-file.ts';
export { BELOW_CUT, DNAME, EXACT, type FindStatus, MISSING, ZoneMatch } from './zone-match.ts';
