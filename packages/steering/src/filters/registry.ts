import type { FilterKind } from '../filter.ts';
import { asn } from './asn.ts';
import { canary } from './canary.ts';
import { capacity } from './capacity.ts';
import { cidr } from './cidr.ts';
import { cost } from './cost.ts';
import { first } from './first.ts';
import { geofence } from './geofence.ts';
import { geotarget } from './geotarget.ts';
import { latency } from './latency.ts';
import { multivalue } from './multivalue.ts';
import { nearest } from './nearest.ts';
import { priority } from './priority.ts';
import { route } from './route.ts';
import { shed } from './shed.ts';
import { shuffle } from './shuffle.ts';
import { split } from './split.ts';
import { sticky } from './sticky.ts';
import { up } from './up.ts';
import { use } from './use.ts';
import { weighted } from './weighted.ts';
import { when } from './when.ts';

/** Every filter that a chain can name. A new one: its file, its row here, its table test, its section of the README. */
const KINDS = [
  up,
  geofence,
  geotarget,
  asn,
  cidr,
  nearest,
  latency,
  priority,
  cost,
  weighted,
  sticky,
  shuffle,
  first,
  multivalue,
  shed,
  capacity,
  canary,
  split,
  when,
  route,
  use,
] as const;

export type Kinds = (typeof KINDS)[number];

export const FILTERS: ReadonlyMap<string, FilterKind> = new Map<string, FilterKind>(KINDS.map((kind) => [kind.name, kind]));

/** In the order in which people are told of them. */
export const FILTER_NAMES: readonly string[] = [...FILTERS.keys()];
