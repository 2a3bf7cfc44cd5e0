import { expect, test } from 'vitest';
import { ActivityOrder, type Ordered } from '../src/activity-order.ts';

interface Thing extends Ordered<Thing> {
  readonly name: number;
}

test('the order is that of a Set whose entries are deleted and added anew', () => {
  const things = Array.from({ length: 6 }, (_, name): Thing => ({ name, earlier: undefined, later: undefined }));
  const order = new ActivityOrder<Thing>();
  const set = new Set<Thing>();
  let state = 1;
  const draw = (below: number) => {
    state = (state * 48271) % 0x7fffffff;
    return state % below;
  };
  for (let step = 0; step < 5000; step++) {
    const thing = things[draw(things.length)]!;
    set.delete(thing);
    if (draw(3) === 0) order.delete(thing);
    else {
      order.touch(thing);
      set.add(thing);
    }
    expect([...order].map(({ name }) => name)).toEqual([...set].map(({ name }) => name));
    expect(order.size).toBe(set.size);
  }
});

test('the one at hand may be touched or deleted', () => {
  const things = Array.from({ length: 4 }, (_, name): Thing => ({ name, earlier: undefined, later: undefined }));
  const order = new ActivityOrder<Thing>();
  for (const thing of things) order.touch(thing);
  const seen: number[] = [];
  for (const thing of order) {
    seen.push(thing.name);
    if (thing.name === 1) order.delete(thing);
    if (thing.name === 2) order.touch(thing);
  }
  // As in a Set, what was put behind all others comes once more.
  expect(seen).toEqual([0, 1, 2, 3, 2]);
  expect([...order].map(({ name }) => name)).toEqual([0, 3, 2]);
});
