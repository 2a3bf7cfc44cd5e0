import type { FilterKind } from '../filter.ts';
import { first } from './first.ts';
import { geotarget } from './geotarget.ts';
import { nearest } from './nearest.ts';
import { up } from './up.ts';
import { weighted } from './weighted.ts';

/** Every filter that a chain can name. A new one: its file, its row here, its table test, its section of the README. */
export const FILTERS: ReadonlyMap<string, FilterKind> = new Map([up, geotarget, nearest, weighted, first].map((kind) => [kind.name, kind]));
