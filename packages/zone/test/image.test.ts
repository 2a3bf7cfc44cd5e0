import { parseName, parseRdata, SearchName, TYPE } from '@dnsteer/wire';
import { expect, test } from 'vitest';
import { EXACT, MISSING, ZoneBuilder, ZoneMatch } from '../src/index.ts';

test('smoke', () => {
  const b = new ZoneBuilder(parseName('example.'));
  const add = (o: string, t: keyof typeof TYPE, d: string) =>
    b.add(
      parseName(o),
      TYPE[t],
      300,
      parseRdata(
        TYPE[t],
        d.split(' ').map((text) => ({ text, quoted: false })),
      ),
    );
  add('example.', 'SOA', 'ns.example. h.example. 5 2 3 4 60');
  add('example.', 'NS', 'ns.example.');
  add('A.b.example.', 'A', '192.0.2.1');
  add('*.w.example.', 'A', '192.0.2.1');
  const image = b.build();
  const s = new SearchName();
  const m = new ZoneMatch();
  s.set(parseName('a.B.example.'));
  expect(image.find(s, m)).toBe(EXACT);
  s.set(parseName('x.w.example.'));
  expect(image.find(s, m)).toBe(MISSING);
  expect(m).toEqual({
    node: -1,
    closestEncloser: image.findNode(parseName('W.example.')),
    closestEncloserLabels: 2,
    wildcard: image.findNode(parseName('*.w.example.')),
  });
  expect(image.rrset(image.findNode(parseName('a.b.example.')), 1)).toBeGreaterThan(0);
});
