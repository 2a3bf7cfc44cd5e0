import { TYPE } from '@dnsteer/wire';
import type { Change } from './change-set.ts';
import type { ZoneErrorCode } from './errors.ts';
import type { ZoneImage } from './image.ts';
import { isBelow, isKeyBelow, type KnownNames, labelsOf, nameKey, parentKey } from './known-names.ts';
import { APEX, DELEGATION_POINT, EMPTY_NON_TERMINAL, HAS_CNAME, HAS_DNAME, HAS_DYNAMIC, OCCLUDED, WILDCARD_CHILD } from './layout.ts';
import { type ChangedRrset, OwnerRecords } from './owner-records.ts';

const HIDES = DELEGATION_POINT | HAS_DNAME;
/** `*` as a label. */
const WILDCARD_LABEL = '\x01*';

/** A name that is written for the next version. */
export interface PlannedName {
  readonly key: string;
  /** In the case it was given in. */
  readonly owner: Uint8Array;
  /** In the version before; -1: it isn't there. */
  readonly node: number;
  /** The image's own node of that name, or -1. */
  readonly imageNode: number;
  /** Whether the change set names it; else it is written because of another. */
  isNamed: boolean;
  readonly records: OwnerRecords;
  /** Whether it is there in the next version. */
  isAlive: boolean;
}

/** Tells of a problem with the record or name that it is about. */
export type Complain = (code: ZoneErrorCode, key: string, message: string) => void;

/** Which names a change set has written anew, and what they become. Nothing is written yet. */
export class ChangePlan {
  readonly names = new Map<string, PlannedName>();
  /** The version before. */
  readonly image: ZoneImage;
  /** The image as it was built. */
  readonly base: ZoneImage;
  readonly apexKey: string;
  readonly #known: KnownNames;
  readonly #flags = new Map<string, number>();
  /** Names that the image lacks, more than before, right below a name. */
  readonly #newBelow = new Map<string, number>();
  /** Names above one that has records. */
  readonly #held = new Set<string>();

  constructor(image: ZoneImage, base: ZoneImage, known: KnownNames) {
    this.image = image;
    this.base = base;
    this.#known = known;
    this.apexKey = nameKey(image.octets, image.apexAt);
  }

  /** Goes over the records. */
  take(changes: readonly Change[], complain: Complain): void {
    let isSoaNew = false;
    for (const change of changes) {
      const key = change.kind === 'serial' ? this.apexKey : nameKey(change.owner);
      if (key !== this.apexKey && !isKeyBelow(key, this.apexKey)) {
        complain('ERR_ZONE_OUT_OF_ZONE', key, 'an owner that is not at or below the apex');
        continue;
      }
      const { records } = this.#named(key, change.owner);
      if (change.kind === 'add' && change.type === TYPE.SOA && key === this.apexKey && !isSoaNew) {
        isSoaNew = true;
        this.#replaceSoa(records);
      }
      const missing = applyChange(records, change, key === this.apexKey);
      if (missing !== '') complain('ERR_ZONE_CHANGE_RECORD', key, missing);
    }
    this.#settleExistence();
    this.#spread();
  }

  /** What a name is in the next version; 0 when it isn't there. */
  flags(key: string): number {
    const known = this.#flags.get(key);
    if (known !== undefined) return known;
    const planned = this.names.get(key);
    let flags: number;
    if (planned !== undefined) flags = this.#plannedFlags(planned);
    else {
      const node = this.findNode(key);
      flags = node < 0 ? 0 : this.image.flags(node);
    }
    this.#flags.set(key, flags);
    return flags;
  }

  /** The delegation point or owner of a DNAME that is highest above a name; `undefined` when there is none. */
  hiddenBy(key: string): string | undefined {
    if (key === this.apexKey) return undefined;
    const above = parentKey(key);
    return this.hiddenBy(above) ?? ((this.flags(above) & HIDES) !== 0 ? above : undefined);
  }

  isAlive(key: string): boolean {
    return this.names.get(key)?.isAlive ?? this.findNode(key) >= 0;
  }

  /** In the version before. */
  findNode(key: string): number {
    return this.image.findNode(octetsOf(key));
  }

  /** Whether a name has names below it in the next version. */
  hasDescendant(key: string, imageNode: number): boolean {
    if (this.#held.has(key) || this.#known.newBelow(key) + (this.#newBelow.get(key) ?? 0) > 0) return true;
    const isAlive = (other: string) => this.names.get(other)?.isAlive ?? this.#known.get(other)?.isAlive ?? true;
    return imageNode >= 0 && this.#known.hasImageDescendant(this.base, imageNode, isAlive);
  }

  /** The names below any of these in the next version. What overlay and plan have is gone over once for all of them. */
  descendants(tops: readonly Pick<PlannedName, 'key' | 'imageNode'>[]): string[] {
    if (tops.length === 0) return [];
    const keys = new Set<string>();
    for (const { imageNode } of tops) {
      for (let node = imageNode + 1; imageNode >= 0 && node < this.base.nodeCount && isBelow(this.base, node, imageNode); node++)
        keys.add(nameKey(this.base.octets, this.base.ownerAt(node)));
    }
    const above = new Set(tops.map(({ key }) => key));
    const isBelowAny = (key: string): boolean => key !== this.apexKey && (above.has(parentKey(key)) || isBelowAny(parentKey(key)));
    for (const others of [this.#known.keys(), this.names.keys()]) for (const key of others) if (isBelowAny(key)) keys.add(key);
    return [...keys].filter((key) => this.isAlive(key));
  }

  /** Planned names, those with the most labels first. */
  deepestFirst(): PlannedName[] {
    return [...this.names.values()].sort((a, b) => labelsOf(b.key) - labelsOf(a.key));
  }

  #named(key: string, owner: Uint8Array): PlannedName {
    const planned = this.#planned(key, owner);
    planned.isNamed = true;
    return planned;
  }

  #planned(key: string, owner?: Uint8Array): PlannedName {
    let planned = this.names.get(key);
    if (planned === undefined) {
      const node = this.findNode(key);
      const imageNode = node >= 0 ? this.image.imageNode(node) : (this.#known.get(key)?.imageNode ?? -1);
      const at = node >= 0 ? this.image.ownerAt(node) : -1;
      const name = at >= 0 ? this.image.octets.subarray(at, at + key.length) : (owner ?? octetsOf(key));
      planned = { key, owner: name, node, imageNode, isNamed: false, records: new OwnerRecords(this.image, node), isAlive: node >= 0 };
      this.names.set(key, planned);
    }
    return planned;
  }

  /** An SOA that is added takes the place of the one that was there before the change set. */
  #replaceSoa(records: OwnerRecords): void {
    const soa = records.rrsets.get(TYPE.SOA);
    if (soa === undefined) return;
    soa.rdatas = [];
    soa.row = -1;
  }

  /** Names that got records are there, with all above them; those that lost theirs only as long as something is below. */
  #settleExistence(): void {
    for (const planned of [...this.names.values()]) {
      if (ownsSomething(this.image, planned)) this.#bringUp(planned);
    }
    const byDepth: PlannedName[][] = [];
    for (const planned of this.names.values()) (byDepth[labelsOf(planned.key)] ??= []).push(planned);
    for (let depth = byDepth.length - 1; depth >= 0; depth--) {
      for (const planned of byDepth[depth] ?? []) {
        if (planned.key === this.apexKey || ownsSomething(this.image, planned) || this.hasDescendant(planned.key, planned.imageNode))
          continue;
        this.#setAlive(planned, false);
        // An empty non-terminal goes with the last name below it (RFC 4592 2.2.2).
        const above = parentKey(planned.key);
        if (!this.names.has(above) && this.findNode(above) >= 0) (byDepth[depth - 1] ??= []).push(this.#planned(above));
      }
    }
  }

  #bringUp(planned: PlannedName): void {
    this.#setAlive(planned, true);
    for (let { key, owner } = planned; key !== this.apexKey; ) {
      owner = owner.subarray(owner[0] + 1);
      key = parentKey(key);
      if (this.#held.has(key)) break;
      this.#held.add(key);
      if (!this.isAlive(key)) this.#setAlive(this.#planned(key, owner), true);
    }
  }

  #setAlive(planned: PlannedName, isAlive: boolean): void {
    if (planned.isAlive === isAlive) return;
    planned.isAlive = isAlive;
    if (planned.imageNode >= 0) return;
    const above = parentKey(planned.key);
    this.#newBelow.set(above, (this.#newBelow.get(above) ?? 0) + (isAlive ? 1 : -1));
  }

  /** Names that are written because of others: those that come to light where a cut is gone, and those that lead to a wildcard. */
  #spread(): void {
    const uncovered = [...this.names.values()].filter(({ key, node, isAlive }) => {
      const hid = node >= 0 && (this.image.flags(node) & HIDES) !== 0;
      return hid && !(isAlive && (this.flags(key) & HIDES) !== 0);
    });
    for (const key of this.descendants(uncovered)) this.#planned(key);
    for (const planned of this.names.values()) {
      // A map hands out what is added while it is gone over.
      if (planned.key.startsWith(WILDCARD_LABEL) && planned.key !== this.apexKey) this.#planned(parentKey(planned.key));
    }
    this.#flags.clear();
  }

  #plannedFlags(planned: PlannedName): number {
    const { key, records, isAlive, node } = planned;
    if (!isAlive) return 0;
    const isApex = key === this.apexKey;
    let flags = isApex ? APEX : 0;
    if (!ownsSomething(this.image, planned)) flags |= EMPTY_NON_TERMINAL;
    if (node >= 0 && this.image.dynamicsOf(node) > 0) flags |= HAS_DYNAMIC;
    const isOccluded = this.hiddenBy(key) !== undefined;
    if (isOccluded) flags |= OCCLUDED;
    if (has(records, TYPE.CNAME)) flags |= HAS_CNAME;
    if (has(records, TYPE.NS) && !isApex && !isOccluded) flags |= DELEGATION_POINT;
    // At a delegation point a DNAME belongs to the child.
    else if (has(records, TYPE.DNAME) && !isOccluded) flags |= HAS_DNAME;
    if (this.isAlive(WILDCARD_LABEL + key)) flags |= WILDCARD_CHILD;
    return flags;
  }
}

/** @returns what is missing; '' when nothing is. */
function applyChange(records: OwnerRecords, { kind, type, value, rdata }: Change, isApex: boolean): string {
  if (kind === 'serial') return setSerial(records, value) ? '' : 'expected an SOA record, found none';
  if (kind === 'deleteName') {
    const types = [...records.rrsets.values()].filter(
      ({ type, rdatas }) => rdatas.length > 0 && !(isApex && (type === TYPE.SOA || type === TYPE.NS)),
    );
    for (const rrset of types) records.rrsets.delete(rrset.type);
    return types.length > 0 ? '' : 'expected records to delete, found none';
  }
  // Somebody else answers for these types here.
  if (records.isDynamic(type)) return '';
  if (kind === 'add') records.add(type, value, rdata);
  else if (kind === 'delete' && !records.delete(type, rdata)) return 'expected the record that is to be deleted, found none';
  else if (kind === 'deleteRrset' && !records.deleteRrset(type)) return 'expected an RRset to delete, found none';
  return '';
}

function setSerial(records: OwnerRecords, serial: number): boolean {
  const soa = records.rrsets.get(TYPE.SOA);
  if (soa === undefined || soa.rdatas.length !== 1) return false;
  const rdata = soa.rdatas[0].slice();
  new DataView(rdata.buffer).setUint32(rdata.length - 20, serial);
  soa.rdatas = [rdata];
  soa.row = -1;
  return true;
}

/** Whether the name has records or dynamic types, and so is no empty non-terminal. */
function ownsSomething(image: ZoneImage, { records, node }: PlannedName): boolean {
  return (node >= 0 && image.dynamicsOf(node) > 0) || [...records.rrsets.values()].some(({ rdatas }) => rdatas.length > 0);
}

function has(records: OwnerRecords, type: number): boolean {
  return (records.rrsets.get(type)?.rdatas.length ?? 0) > 0;
}

/** The RRset of a type that a name has in the next version. */
export function plannedRrset({ records }: PlannedName, type: number): ChangedRrset | undefined {
  const rrset = records.rrsets.get(type);
  return rrset === undefined || rrset.rdatas.length === 0 ? undefined : rrset;
}

export function octetsOf(key: string): Uint8Array {
  return Uint8Array.from(Buffer.from(key, 'latin1'));
}
