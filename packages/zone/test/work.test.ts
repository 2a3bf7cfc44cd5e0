import { hashName, parseName } from '@dnsteer/wire';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ChangeSet, MISSING, parseZoneText, Zone, ZoneImage, ZoneMatch } from '../src/index.ts';
import { KnownNames } from '../src/known-names.ts';
import { firstSlot, HEADER } from '../src/layout.ts';
import { Nsec3Hash } from '../src/nsec3-hash.ts';
import { exampleZone, searchName } from './zones.ts';

// What a packet costs is bounded by what is counted here, whatever the machine: slots looked at and hashes made.

const DEEPEST_LABELS = 127;
const deepest = 'a.'.repeat(DEEPEST_LABELS);
const shortZone = (records: string) =>
  parseZoneText(`@ 60 SOA ns.x. h.x. 1 60 60 60 60\n@ 60 NS ns.x.\n${records}\n`, { origin: 'a.' }).build();

afterEach(() => vi.unstubAllGlobals());

/** The image, read through words that count how often a hash slot is looked at. */
function counted(built: SharedArrayBuffer): { image: ZoneImage; slotReads: () => number } {
  // Nobody has looked at this one yet: the views of a slab are made once.
  const shared = new SharedArrayBuffer(built.byteLength);
  new Uint8Array(shared).set(new Uint8Array(built));
  const words = new Int32Array(shared);
  const slotsAt = words[HEADER.SLOTS_AT];
  const slotsEnd = slotsAt + 2 ** words[HEADER.SLOT_BITS];
  let reads = 0;
  const counting = new Proxy(words, {
    get(target, key) {
      const index = typeof key === 'string' ? Number(key) : Number.NaN;
      if (index >= slotsAt && index < slotsEnd) reads++;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  vi.stubGlobal(
    'Int32Array',
    class extends Int32Array {
      constructor(...args: ConstructorParameters<typeof Int32Array>) {
        super(...args);
        // biome-ignore lint/correctness/noConstructorReturn: the image is to read through it
        if (this.buffer === (shared as unknown)) return counting as never;
      }
    },
  );
  const image = new ZoneImage(shared);
  vi.unstubAllGlobals();
  return { image, slotReads: () => reads };
}

/** The longest run of slots taken one after another, the end of the table leading to its start. */
function longestRun(shared: SharedArrayBuffer): number {
  const words = new Int32Array(shared);
  const count = 2 ** words[HEADER.SLOT_BITS];
  const slots = words.subarray(words[HEADER.SLOTS_AT], words[HEADER.SLOTS_AT] + count);
  let longest = 0;
  let run = 0;
  for (let i = 0; i < 2 * count; i++) {
    run = slots[i % count] === 0 ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

function readsOf(name: string, { image, slotReads }: ReturnType<typeof counted>): number {
  const before = slotReads();
  image.find(searchName(name), new ZoneMatch());
  return slotReads() - before;
}

describe('slots that one search looks at', () => {
  test('RFC 1034 4.3.2: one descent from the apex, and it ends at the first label that is missing', () => {
    const subject = counted(shortZone('www 60 A 192.0.2.1').shared);
    // 126 labels below the apex, of which the first is missing: the others are not looked for.
    expect(readsOf(deepest, subject)).toBeLessThanOrEqual(longestRun(subject.image.shared) + 1);
    expect(readsOf(deepest, subject)).toBeGreaterThan(0);
    expect(readsOf('a.', subject)).toBe(0);
  });

  test('RFC 1035 2.3.4: the deepest name, all of it in the zone: a few for each of its 127 labels', () => {
    const subject = counted(shortZone(`${deepest} 60 A 192.0.2.1`).shared);
    const reads = readsOf(deepest, subject);
    expect(reads).toBeGreaterThanOrEqual(DEEPEST_LABELS - 1);
    expect(reads).toBeLessThan(4 * DEEPEST_LABELS);
  });

  test('a delegation ends the descent', () => {
    const subject = counted(shortZone(`a 60 NS ns.x.\n${deepest} 60 A 192.0.2.1`).shared);
    expect(readsOf(deepest, subject)).toBeLessThanOrEqual(longestRun(subject.image.shared));
    expect(readsOf(deepest, subject)).toBeGreaterThan(0);
  });
});

describe('names that collide', () => {
  // 200 names of one zone whose first slot is the same one: the worst that an author of zones can do. They take a run of the table of that length.
  const COUNT = 200;
  const SLOT_BITS = 9;
  const colliding: string[] = [];
  for (let i = 0; colliding.length < COUNT; i++)
    if (firstSlot(hashName(parseName(`n${i}.example.`)), SLOT_BITS) === 7) colliding.push(`n${i}`);
  const { shared } = exampleZone(colliding.map((name) => `${name} 60 A 192.0.2.1`).join('\n')).build();

  test('the zone is as bad as it is meant to be', () => {
    expect(new Int32Array(shared)[HEADER.SLOT_BITS]).toBe(SLOT_BITS);
    expect(longestRun(shared)).toBeGreaterThanOrEqual(COUNT);
  });

  test('a label looks at each slot of the run once at most, also where it is missing', () => {
    const subject = counted(shared);
    let missing = 0;
    while (colliding.includes(`m${missing}`) || firstSlot(hashName(parseName(`m${missing}.example.`)), SLOT_BITS) !== 7) missing++;
    for (const name of [...colliding, `m${missing}`])
      expect(readsOf(`${name}.example.`, subject)).toBeLessThanOrEqual(longestRun(shared) + 1);
    expect(readsOf(`m${missing}.example.`, subject)).toBeGreaterThanOrEqual(COUNT);
  });

  test('the depth of a name does not multiply it: what is below a missing name is not looked for', () => {
    const subject = counted(shared);
    const below = `${'n1.'.repeat(80)}${colliding[0]}.example.`;
    expect(readsOf(below, subject)).toBeLessThanOrEqual(2 * (longestRun(shared) + 1));
  });

  test('names that nobody chose for it, 20,000 of them: 64 slots at most', () => {
    const many = exampleZone(Array.from({ length: 20_000 }, (_, i) => `h${i} 60 A 192.0.2.1`).join('\n')).build();
    const subject = counted(many.shared);
    let most = 0;
    for (let i = 0; i < 20_000; i += 10) most = Math.max(most, readsOf(`h${i}.example.`, subject));
    for (let i = 0; i < 2000; i++) most = Math.max(most, readsOf(`x${i}.example.`, subject));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(64);
  });
});

describe('RFC 5155 10.3: hashes for a name that is missing', () => {
  const hashes = new Nsec3Hash(2500, new Uint8Array(0));
  const digits = '0123456789abcdefghijklmnopqrstuv';
  const apexHash = () => {
    hashes.set(parseName('a.'), 0, false);
    const octets = Buffer.alloc(20);
    for (const [i, word] of hashes.hash.entries()) octets.writeInt32BE(word, 4 * i);
    const bits = [...octets].map((octet) => octet.toString(2).padStart(8, '0')).join('');
    return bits.replace(/.{5}/g, (five) => digits[Number.parseInt(five, 2)]!);
  };

  test('the closest encloser is found without one; the next closer name and the wildcard take one each, however deep the name', () => {
    const hash = apexHash();
    const image = shortZone(`@ 0 NSEC3PARAM 1 0 2500 -\n${hash} 60 NSEC3 1 1 2500 - ${hash} NS SOA`);
    expect(image.hasNsec3).toBe(true);
    const set = vi.spyOn(Nsec3Hash.prototype, 'set');
    const match = new ZoneMatch();
    const sname = searchName(deepest);
    expect(image.find(sname, match)).toBe(MISSING);
    expect(image.nsec3Of(match.closestEncloser)).toBe(0);
    expect(set).toHaveBeenCalledTimes(0);
    image.nsec3Covering(sname, sname.labelCount - match.closestEncloserLabels - 1);
    image.nsec3CoveringWildcard(match.closestEncloser);
    expect(set).toHaveBeenCalledTimes(2);
    set.mockRestore();
  });
});

test('a change set that takes many delegations away goes over the overlay once', () => {
  const zone = new Zone(shortZone(''));
  const names = Array.from({ length: 50 }, (_, i) => `d${i}.a.`);
  const delegations = new ChangeSet().setSerial(2);
  for (const name of names) delegations.add(name, 'NS', 60, `ns.${name}`).add(`ns.${name}`, 'A', 60, '192.0.2.1');
  zone.apply(delegations);
  const keys = vi.spyOn(KnownNames.prototype, 'keys');
  const without = new ChangeSet().setSerial(3);
  for (const name of names) without.deleteRrset(name, 'NS');
  zone.apply(without);
  expect(keys).toHaveBeenCalledTimes(1);
  keys.mockRestore();
  expect(zone.image.isOccluded(zone.image.findNode(parseName('ns.d49.a.')))).toBe(false);
});
