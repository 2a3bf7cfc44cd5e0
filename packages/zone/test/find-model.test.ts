import { formatName, parseName, TYPE } from '@dnsteer/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ZoneBuilder } from '../src/index.ts';
import { findText, ownerText } from './zones.ts';

const RDATA = new Map<number, Uint8Array>([
  [TYPE.A, Uint8Array.of(192, 0, 2, 1)],
  [TYPE.NS, parseName('ns.example.net.')],
  [TYPE.DNAME, parseName('example.net.')],
  [TYPE.SOA, Uint8Array.of(0, 0, ...new Array<number>(20).fill(1))],
]);

/** A zone as a map from owner names to types, and RFC 1034 4.3.2 step 3 as it is told, label by label. */
class NaiveZone {
  readonly types = new Map<string, Set<number>>();

  exists(name: string): boolean {
    return [...this.types.keys()].some((owner) => owner === name || owner.endsWith(`.${name}`));
  }

  find(name: string): Record<string, string | number> {
    const labels = name.split('.').slice(0, -1);
    let encloser = 'z.';
    for (let above = labels.length - 1; above > 0; above--) {
      const found = { node: encloser, closestEncloser: encloser, labels: encloser.split('.').length - 1 };
      const types = this.types.get(encloser);
      if (encloser !== 'z.' && types?.has(TYPE.NS)) return { status: 'BELOW_CUT', ...found };
      if (types?.has(TYPE.DNAME)) return { status: 'DNAME', ...found };
      const next = `${labels[above - 1]}.${encloser}`;
      if (!this.exists(next)) {
        const wildcard: Record<string, string> = this.exists(`*.${encloser}`) ? { wildcard: `*.${encloser}` } : {};
        return { status: 'MISSING', closestEncloser: encloser, labels: found.labels, ...wildcard };
      }
      encloser = next;
    }
    return { status: 'EXACT', node: name, closestEncloser: name, labels: labels.length };
  }

  /** What no zone may have, as the checks have it: data below a DNAME that holds, and DNAME beside NS below the apex. */
  without(problem: (owner: string, types: Set<number>) => boolean): void {
    for (const [owner, types] of [...this.types]) if (owner !== 'z.' && problem(owner, types)) this.types.delete(owner);
  }
}

const labelText = fc.constantFrom('a', 'b', '*', 'c', 'x-1');
const nameText = fc.array(labelText, { minLength: 1, maxLength: 5 }).map((labels) => `${labels.join('.')}.z.`);
const record = fc.tuple(nameText, fc.constantFrom(TYPE.A, TYPE.A, TYPE.NS, TYPE.DNAME));

test('find agrees with a plain map of names on every name in and around random zones', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 14 }), fc.array(nameText, { maxLength: 20 }), (records, others) => {
      const naive = new NaiveZone();
      naive.types.set('z.', new Set([TYPE.SOA, TYPE.NS]));
      for (const [owner, type] of records) naive.types.set(owner, (naive.types.get(owner) ?? new Set()).add(type));
      naive.without((_, types) => types.has(TYPE.DNAME) && types.has(TYPE.NS));
      naive.without((owner) => naive.find(owner)['status'] === 'DNAME');

      const builder = new ZoneBuilder(parseName('Z.'));
      for (const [owner, types] of naive.types) for (const type of types) builder.add(parseName(owner), type, 60, RDATA.get(type)!);
      const image = builder.build();
      const owners = records.map(([owner]) => owner);
      for (const name of ['z.', ...owners, ...owners.map((owner) => `b.${owner}`), ...owners.map((owner) => `*.${owner}`), ...others]) {
        const found = Object.entries(findText(image, name)).map(([key, value]) => [
          key,
          typeof value === 'string' ? value.replace('Z', 'z') : value,
        ]);
        expect({ name, ...Object.fromEntries(found) }).toEqual({ name, ...naive.find(name) });
        const node = image.findNode(parseName(name));
        expect(node >= 0 ? ownerText(image, node).toLowerCase() : undefined).toBe(naive.exists(name) ? name : undefined);
      }
      expect(image.nodeCount).toBe(new Set([...naive.types.keys()].flatMap(ancestors)).size);
    }),
    { numRuns: 300 },
  );
});

function ancestors(name: string): string[] {
  const labels = name.split('.').slice(0, -1);
  return labels.map((_, i) => formatName(parseName(`${labels.slice(i).join('.')}.`)));
}
