/** The name has a node of its own. */
export const EXACT = 0;
/** The name is below a delegation point. */
export const BELOW_CUT = 1;
/** The name is below the owner of a DNAME. */
export const DNAME = 2;
/** The name has no node. */
export const MISSING = 3;

/** What `ZoneImage.find` found. */
export type FindStatus = typeof EXACT | typeof BELOW_CUT | typeof DNAME | typeof MISSING;

/** Filled by `ZoneImage.find`; the caller's, made once and used again. Nodes are numbers in canonical order; -1: none. */
export class ZoneMatch {
  /** EXACT: the name's node; BELOW_CUT: the delegation point; DNAME: the owner of the DNAME; MISSING: -1. */
  node = -1;
  /** The longest ancestor that exists (RFC 4592 3.3.1); it may be an empty non-terminal. EXACT, BELOW_CUT, DNAME: the same as `node`. */
  closestEncloser = 0;
  /** Labels of the closest encloser's name, the root not counted. */
  closestEncloserLabels = 0;
  /** MISSING: the source of synthesis, `*` right below the closest encloser (RFC 4592 3.3.1); else -1. */
  wildcard = -1;
}
