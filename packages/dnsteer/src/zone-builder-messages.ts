import type { MessagePort } from 'node:worker_threads';
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

/** What the thread that builds zones is started with. */
export interface BuilderStart {
  readonly requests: readonly ZoneRequest[];
  readonly nowSeconds: number;
  /** Other threads answer meanwhile and come first. */
  readonly inBackground: boolean;
  /** Where slabs come from that it asks for, one message each. */
  readonly slabs: MessagePort;
  /** One word: how many have been sent. */
  readonly slabsSent: Int32Array;
}

/** A zone that is built. */
export interface BuiltImage {
  /** Which of the slabs that were asked for it lies in, counted from 0; and where in it, in octets. */
  readonly slab: number;
  readonly at: number;
  readonly serial: number;
  readonly refreshAtSeconds: number | undefined;
  /** What is likely not meant in its file. */
  readonly warnings: readonly ZoneFileProblem[];
}

export type FromBuilder =
  /** It waits for a slab of at least so many octets. */
  | { kind: 'slab'; octets: number }
  | { kind: 'built'; images: BuiltImage[] }
  | { kind: 'failed'; code: string; message: string; problems: readonly ZoneFileProblem[] };
