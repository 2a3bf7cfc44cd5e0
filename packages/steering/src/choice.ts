export const NONE = 0;
export const CHOSEN = 1;

/** A verdict in the answer plane. Owned and reused by the caller; overwritten by each `policy.choose`. */
export class Choice {
  /** CHOSEN, or NONE: there is no such record now (NODATA). */
  status: typeof NONE | typeof CHOSEN = NONE;
  /** The first choice is an alias: `addresses` holds its one name, in wire form, and it answers whatever type was asked for. */
  isAlias = false;
  /** RDATA of the type, best first (of A 4 octets, of AAAA 16); the first `addressCount` count. They belong to the policy: read, don't write. */
  readonly addresses: Uint8Array[] = [];
  addressCount = 0;
  /** Indexes into `policy.endpoints`, best first; the first `endpointCount` count. */
  endpoints = new Int32Array(8);
  endpointCount = 0;
  ttlSeconds = 0;
  /** SCOPE PREFIX-LENGTH (RFC 7871 6): the verdict holds for all clients that share so many bits with this one. */
  ecsScope = 0;
  /** No candidate was left, and the policy's `allDown` spoke. */
  allDown = false;
  /**
   * The same object whenever the policy answers these addresses, in this order, from its memory; `undefined` when it decided anew. For what a caller
   * wants to make of the addresses once and not every time.
   */
  remembered: Remembered | undefined = undefined;
}

/** Something that a policy remembers. Forgotten with it, so hold on to it for one call only. */
export interface Remembered {
  /** The caller's; `undefined` at first. */
  attachment: unknown;
}
