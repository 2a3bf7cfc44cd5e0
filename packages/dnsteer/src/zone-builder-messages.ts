import type { KeyMaterial } from '@dnsteer/dnssec';
import type { DynamicOwner } from './zone-build.ts';

export interface ZoneRequest {
  /** Wire name, lower case. */
  readonly apex: Uint8Array;
  /** Path of the zone file. */
  readonly file: string;
  readonly dynamic: readonly DynamicOwner[];
  /** Empty: not signed. */
  readonly keys: readonly KeyMaterial[];
}

/** A problem of a zone file. */
export interface ZoneFileProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** Of @dnsteer/zone, if it was that which found it. */
  readonly code?: string;
  /** The owner name that it is about, lower case with the final dot. */
  readonly owner?: string;
}

/** What the process that builds zones is told. */
export interface BuilderStart {
  readonly requests: readonly ZoneRequest[];
  readonly nowSeconds: number;
}

/** Where that process writes images to: a file that has no name any more. */
export const IMAGES_FD = 4;

/** A zone that is built: `octets` octets at offset `at` of the file. */
export interface BuiltImage {
  readonly at: number;
  readonly octets: number;
  readonly serial: number;
  readonly refreshAtSeconds: number | undefined;
  /** What is likely not meant in its file. */
  readonly warnings: readonly ZoneFileProblem[];
}

export type FromBuilder =
  | { kind: 'built'; images: BuiltImage[] }
  | { kind: 'failed'; code: string; message: string; problems: readonly ZoneFileProblem[] };
