import { equalNames, QNAME, QueryView, ResponseWriter, SearchName } from '@dnsteer/wire';
import { type ClientSubnet, OwnPeer, type PeerFacts, readClient, readSource } from './client.ts';

/** A chain of CNAMEs and DNAMEs ends after this many links: the cost of one query stays bounded (RFC 1034 3.6.2 asks to avoid loops). */
export const MAX_LINKS = 16;

const LINK_NAME_OCTETS = 256;
/** More than most queries have. */
const LEAST_OWN_OCTETS = 512;
const SECTION_AUTHORITY = 2;
const NO_OCTETS = new Uint8Array(0);
const NOBODY: PeerFacts = { address: '', port: 0, family: 4, transport: 'udp' };

interface DeferredRrset {
  owner: Uint8Array;
  ownerAt: number;
  type: number;
  ttlSeconds: number;
  rdatas: Uint8Array;
  at: number;
  count: number;
}

/**
 * One query on its way to its response. Reused: fields are overwritten for each query, nothing is allocated after the first few.
 *
 * Whoever answers later (a promise) keeps the exchange until it settles; its owner must not start another query in it before.
 */
export class Exchange {
  readonly query = new QueryView();
  readonly response = new ResponseWriter();
  peer: PeerFacts = NOBODY;
  /** The name of the current link: QNAME first, then the target of each CNAME (SNAME in RFC 1034 5.3.3). Never written to; replaced by `nextLink`. */
  sname: SearchName = this.query.qname;
  /** The owner name of what the current link writes, case kept: `owner` at `ownerAt`, or QNAME as `ownerAt` for the first link. */
  owner: Uint8Array = NO_OCTETS;
  ownerAt: number = QNAME;
  qtype = 0;
  /** Links followed so far: 0 while QNAME itself is looked up. */
  links = 0;
  dnssecOk = false;
  nowSeconds = 0;
  /** The longest ECS scope of all links, in bits; what "fit" puts into the response. */
  ecsScope = 0;

  /** Where somebody wants the reasons of the answer: what those who choose it note of them, in their own shapes. `undefined`: nobody asks. */
  reasons: object[] | undefined = undefined;

  /** Counts the queries that were answered in this exchange: what was made for one of them can tell that it is over. */
  epoch = 0;

  /** What {@link detach} copies into; made when first needed. */
  #ownPacket: Buffer | undefined;
  #ownOut: Buffer | undefined;
  #ownPeer: OwnPeer | undefined;
  readonly #client: ClientSubnet = { address: new Uint8Array(16), family: 4, prefixLength: 0, fromEcs: false };
  #clientKnown = false;
  readonly #source: ClientSubnet = { address: new Uint8Array(16), family: 4, prefixLength: 0, fromEcs: false };
  #sourceKnown = false;
  readonly #linkName = new SearchName();
  // The names of links 1 and on, 256 octets apart, case kept. Most queries never need it.
  #linkNames = NO_OCTETS;
  readonly #deferred: DeferredRrset[] = [];
  #deferredCount = 0;
  /** Where the owner names of the DNAMEs lie that the chain has passed. */
  readonly #passed: { octets: Uint8Array; at: number }[] = [];
  #passedCount = 0;

  /**
   * Starts the response to the query that was parsed into `query`.
   *
   * @param out - the caller's buffer for the response; kept until the response is finished.
   * @param limitOctets - the most that may be sent (RFC 6891 6.2.5 over UDP, 65535 over TCP).
   * @param nowSeconds - the time of this query, seconds since 1970.
   * `peer` is the caller's to fill.
   */
  begin(out: Uint8Array, limitOctets: number, nowSeconds: number): void {
    this.sname = this.query.qname;
    this.owner = NO_OCTETS;
    this.ownerAt = QNAME;
    this.qtype = this.query.qtype;
    this.links = 0;
    this.dnssecOk = this.query.dnssecOk;
    this.nowSeconds = nowSeconds;
    this.ecsScope = 0;
    this.reasons = undefined;
    this.#clientKnown = false;
    this.#sourceKnown = false;
    this.dropDeferred();
    this.response.begin(this.query, out, limitOctets);
  }

  /** Whom the answer is for. Found out when first asked for: most static answers never do. */
  get client(): ClientSubnet {
    if (!this.#clientKnown) {
      readClient(this.query, this.peer, this.#client);
      this.#clientKnown = true;
    }
    return this.#client;
  }

  /** Who sent the query, whatever it says of its client. */
  get source(): ClientSubnet {
    if (!this.#sourceKnown) {
      readSource(this.peer, this.#source);
      this.#sourceKnown = true;
    }
    return this.#source;
  }

  /**
   * Makes the exchange own what it lies in: the query, its sender and what is written so far are copied out of the transport's buffers, so that an answer may
   * come later while the next packet is read. The buffers are the exchange's and used again for its next query.
   *
   * @param limitOctets - as for {@link begin}.
   */
  detach(limitOctets: number): Buffer {
    const { query } = this;
    const { packet, length } = query;
    if (this.#ownPacket === undefined || this.#ownPacket.length < length)
      this.#ownPacket = Buffer.allocUnsafeSlow(Math.max(length, LEAST_OWN_OCTETS));
    // Not slice(): that of a Buffer copies nothing.
    for (let i = 0; i < length; i++) this.#ownPacket[i] = packet[i]!;
    query.packet = this.#ownPacket;
    this.#ownPeer ??= new OwnPeer();
    this.#ownPeer.copy(this.peer);
    this.peer = this.#ownPeer;
    if (this.#ownOut === undefined || this.#ownOut.length < limitOctets) this.#ownOut = Buffer.allocUnsafeSlow(limitOctets);
    this.response.moveTo(this.#ownOut);
    return this.#ownOut;
  }

  /**
   * Makes `target` (a wire name at `at`, copied) the name of the next link.
   *
   * @returns false when the chain ends here instead, with what it has (NOERROR): the name was looked up before, or MAX_LINKS is reached.
   */
  nextLink(target: Uint8Array, at = 0): boolean {
    if (!this.mayFollow) return false;
    if (this.#linkNames.length === 0) this.#linkNames = new Uint8Array(MAX_LINKS * LINK_NAME_OCTETS);
    if (this.#wasLookedUp(target, at)) return false;
    if (!this.#linkName.set(target, at)) return false;
    const slot = this.links * LINK_NAME_OCTETS;
    this.#linkNames.set(target.subarray(at, at + this.#linkName.length), slot);
    this.links++;
    this.sname = this.#linkName;
    this.owner = this.#linkNames;
    this.ownerAt = slot;
    return true;
  }

  /** Whether the chain may go on behind the current link. Where it may not, a CNAME that nobody asked for is not written any more. */
  get mayFollow(): boolean {
    return this.links < MAX_LINKS;
  }

  /**
   * Whether the chain comes by this RRset the first time, known by where it lies: a DNAME redirects any number of links, and stands in the answer once
   * (RFC 2181 5).
   */
  passesFirst(octets: Uint8Array, at: number): boolean {
    for (let i = 0; i < this.#passedCount; i++) if (this.#passed[i]!.octets === octets && this.#passed[i]!.at === at) return false;
    const place = (this.#passed[this.#passedCount++] ??= { octets, at });
    place.octets = octets;
    place.at = at;
    return true;
  }

  /** Raises the ECS scope of the response to `scopePrefix` bits: the longest of all links holds (RFC 7871 7.2.1). */
  raiseScope(scopePrefix: number): void {
    if (scopePrefix > this.ecsScope) this.ecsScope = scopePrefix;
  }

  /**
   * Takes an RRset for the authority section that must outlive this link: the proof of a wildcard in the middle of a chain, whose later links
   * still write into the answer section. Arguments as for `ResponseWriter.rrset`. An RRset that is deferred again replaces itself.
   */
  deferAuthority(
    owner: Uint8Array,
    ownerAt: number,
    type: number,
    ttlSeconds: number,
    rdatas: Uint8Array,
    at: number,
    count: number,
  ): void {
    // A chain may prove by one NSEC twice, and by another version of it the second time: an RRset stands there once, as it came last.
    let index = 0;
    while (index < this.#deferredCount && !isRrset(this.#deferred[index]!, owner, ownerAt, type)) index++;
    const row = (this.#deferred[index] ??= { owner, ownerAt, type, ttlSeconds, rdatas, at, count });
    row.owner = owner;
    row.ownerAt = ownerAt;
    row.type = type;
    row.ttlSeconds = ttlSeconds;
    row.rdatas = rdatas;
    row.at = at;
    row.count = count;
    if (index === this.#deferredCount) this.#deferredCount++;
  }

  /**
   * Writes what was deferred into the authority section and forgets it. Called once the answer section is complete: by the last link itself
   * before its additional section, and by whoever ends the chain.
   *
   * @returns false when something found no room (the response must then be marked as truncated).
   */
  writeDeferred(): boolean {
    let fits = true;
    for (let i = 0; i < this.#deferredCount && fits; i++) {
      const row = this.#deferred[i]!;
      fits = this.response.rrset(SECTION_AUTHORITY, row.owner, row.ownerAt, row.type, row.ttlSeconds, row.rdatas, row.at, row.count);
    }
    this.dropDeferred();
    return fits;
  }

  /** Forgets what was deferred: the chain ends, or became an error. Lets go of the buffers, so that a slab is not held by an idle exchange. */
  dropDeferred(): void {
    if (this.#passedCount === 0 && this.#deferredCount === 0) return;
    for (let i = 0; i < this.#passedCount; i++) this.#passed[i]!.octets = NO_OCTETS;
    this.#passedCount = 0;
    for (let i = 0; i < this.#deferredCount; i++) {
      this.#deferred[i]!.owner = NO_OCTETS;
      this.#deferred[i]!.rdatas = NO_OCTETS;
    }
    this.#deferredCount = 0;
  }

  #wasLookedUp(name: Uint8Array, at: number): boolean {
    if (equalNames(name, this.query.qname.octets, at, 0)) return true;
    for (let link = 0; link < this.links; link++) {
      if (equalNames(name, this.#linkNames, at, link * LINK_NAME_OCTETS)) return true;
    }
    return false;
  }
}

function isRrset(row: DeferredRrset, owner: Uint8Array, ownerAt: number, type: number): boolean {
  if (row.type !== type || row.ownerAt === QNAME || ownerAt === QNAME) return row.type === type && row.ownerAt === ownerAt;
  return equalNames(row.owner, owner, row.ownerAt, ownerAt);
}
