import type { FilterKind } from '../filter.ts';
import { first } from './first.ts';
import { geotarget } from './geotarget.ts';
import { nearest } from './nearest.ts';
import { up } from './up.ts';
import { weighted } from './weighted.ts';

/** Every filter that a chain can name. A new one: its file, its row here, its table test, its section of the README. */
const KINDS = [up, geotarget, nearest, weighted, first] as const;

export type Kinds = (typeof KINDS)[number];

export const FILTERS: ReadonlyMap<string, FilterKind> = new Map<string, FilterKind>(KINDS.map((kind) => [kind.name, kind]));

/** In the order in which people are told of them. */
export const FILTER_NAMES: readonly string[] = [...FILTERS.keys()];
