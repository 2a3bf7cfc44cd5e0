import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { needing } from '../../../../tooling/testkit/index.ts';
import { readZoneFile, ZoneError } from '../../src/index.ts';
import { inZoneFolder, type Reading, readByBind, readByKnot, recordsIn, type ZoneText } from './peers.ts';
import { DIFFERENCES, RULES, type Snippet } from './snippets.ts';

interface Case extends Snippet, ZoneText {
  rule: string;
}

/** Every piece in a zone of its own: Knot reads them all at once. */
const cases: Case[] = [];
const bindOnly = new Set<string>();
for (const { rule, snippets, isWhole, isBindOnly } of RULES) {
  for (const snippet of snippets) {
    const { text, ...differences } = typeof snippet === 'string' ? { text: snippet } : snippet;
    const origin = `z${cases.length}.test`;
    const start = isWhole ? '' : '@ 3600 SOA ns.test. h.test. 1 2 3 4 5\n@ 3600 NS ns.test.\n';
    const piece = typeof text === 'string' ? Buffer.from(text.replaceAll('{zone}', origin)) : text;
    cases.push({ rule, origin, text: Buffer.concat([Buffer.from(start), piece, Buffer.from('\n')]), ...differences });
    if (isBindOnly) bindOnly.add(origin);
  }
}

function readByUs(directory: string, origin: string): Reading {
  try {
    return { records: recordsIn(readZoneFile(join(directory, `${origin}.zone`), { origin })), log: '' };
  } catch (error) {
    if (!(error instanceof ZoneError)) throw error;
    return { records: undefined, log: error.message };
  }
}

needing(['named-checkzone', 'knotd'], 'zone files are read as BIND and Knot read them, or refused as they refuse them', () => {
  let bind: Map<string, Reading>;
  let knot: Map<string, Reading>;
  const ours = new Map<string, Reading>();

  beforeAll(async () => {
    await inZoneFolder(cases, async (directory) => {
      for (const { origin } of cases) ours.set(origin, readByUs(directory, origin));
      bind = await readByBind(cases, directory);
      knot = await readByKnot(
        cases.filter(({ origin }) => !bindOnly.has(origin)),
        directory,
      );
    });
  });

  const compare = (peer: string, theirs: Reading, { origin, text }: Case, difference: keyof typeof DIFFERENCES | undefined): void => {
    const our = ours.get(origin);
    const what = `${peer}, ${JSON.stringify(Buffer.from(text).toString())}: ${theirs.log}\nhere: ${our?.log}`;
    // A row of the table that isn't needed any more is wrong.
    if (difference === undefined) expect(our?.records, what).toEqual(theirs.records);
    else expect(our?.records, `${what}\n${DIFFERENCES[difference]}`).not.toEqual(theirs.records);
  };

  test.each(RULES.map(({ rule }) => rule))('%s', (rule) => {
    for (const one of cases) {
      if (one.rule !== rule) continue;
      compare('BIND', bind.get(one.origin)!, one, one.bind);
      if (!bindOnly.has(one.origin)) compare('Knot', knot.get(one.origin)!, one, one.knot);
    }
  });

  test('the peers have read and refused some', () => {
    for (const readings of [bind, knot, ours]) {
      const records = [...readings.values()].map((reading) => reading.records);
      expect(records.filter((one) => one !== undefined).length).toBeGreaterThan(50);
      expect(records.filter((one) => one === undefined).length).toBeGreaterThan(50);
    }
  });

  test('every difference in the table is seen', () => {
    const seen = new Set(cases.flatMap((one) => [one.bind, one.knot]));
    for (const difference of Object.keys(DIFFERENCES)) expect(seen).toContain(difference);
  });
});
