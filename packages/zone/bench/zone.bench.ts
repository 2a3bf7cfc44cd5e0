import { parseName, SearchName } from '@dnsteer/wire';
import { bench, describe } from 'vitest';
import { parseZoneText, ZoneMatch } from '../src/index.ts';

// npx vitest bench --project unit packages/zone
const HOSTS = 10_000;
const lines = Array.from({ length: HOSTS }, (_, i) => `host${(i * 7919) % HOSTS} 60 A 192.0.${(i >> 8) & 255}.${i & 255}`);
const text = Buffer.from(`@ 60 SOA a. b. 1 2 3 4 5\n@ 60 NS a.\n${lines.join('\n')}\n`);
const builder = parseZoneText(text, { origin: 'example.' });
const image = builder.build();
const match = new ZoneMatch();
const snames = Array.from({ length: 1000 }, (_, i) => {
  const sname = new SearchName();
  sname.set(parseName(`host${(i * 13) % HOSTS}.example.`));
  return sname;
});

describe(`a zone of ${HOSTS} names`, () => {
  bench('parseZoneText', () => {
    parseZoneText(text, { origin: 'example.' });
  });
  bench('build', () => {
    builder.build();
  });
  bench('1000 x find + rrset', () => {
    for (const sname of snames) {
      image.find(sname, match);
      image.rrset(match.node, 1);
    }
  });
  bench('1000 x nsecAtOrBefore', () => {
    for (const sname of snames) image.nsecAtOrBefore(sname);
  });
});
