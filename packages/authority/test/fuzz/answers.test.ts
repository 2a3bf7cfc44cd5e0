import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask } from '../ask.ts';
import { answererOf, plainExample, signedExample } from '../zones.ts';

const nsec3 = answererOf('example.', readFileSync(new URL('../fixtures/rfc5155-example.zone', import.meta.url), 'latin1'));
const zones = [plainExample(), signedExample(), nsec3];

// Labels that the zone has, joined in ways that it has and has not.
const labels =
  'www alias alias2 tonx tocut toself loop1 ent a b sub ns sec sib wild deep wc wcnx wcloop went * dn target back dno long svc mx x zz w y c ai xx b4um86eghhds6nea196smvmlo4ors995 2t7b4g4vsa5smi47k61mv5bv1a22bojr'.split(
    ' ',
  );
const question = fc
  .tuple(
    fc.array(fc.constantFrom(...labels), { maxLength: 4 }),
    fc.constantFrom('A', 'AAAA', 'MX', 'NS', 'DS', 'CNAME', 'NSEC', 'NSEC3', 'RRSIG', 'ANY', 'HTTPS', 'TYPE65280'),
  )
  .map(([below, type]) => `${[...below, 'example.'].join('.')} ${type}`);

const ofAnswerAndAuthority = (response: string) => response.split('\n').filter((line) => /^a[nu] /.test(line));

test('RFC 2181 5: no record is in the answer or authority section twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...zones), question, fc.boolean(), async (zone, asked, dnssec) => {
      const lines = ofAnswerAndAuthority(await ask(zone, asked, { dnssec }));
      expect(new Set(lines).size).toBe(lines.length);
    }),
    { numRuns: 400 },
  );
});

test('RFC 2181 9: with less room, the same records up to some point, and TC when one is missing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      question,
      fc.boolean(),
      fc.integer({ min: 160, max: 1232 }),
      async (zone, asked, dnssec, limitOctets) => {
        const full = ofAnswerAndAuthority(await ask(zone, asked, { dnssec, limitOctets: 4096 }));
        const response = await ask(zone, asked, { dnssec, limitOctets });
        const lines = ofAnswerAndAuthority(response);
        expect(lines).toEqual(full.slice(0, lines.length));
        if (!/^[A-Z]+( aa)? tc/.test(response)) expect(lines).toEqual(full);
      },
    ),
    { numRuns: 400 },
  );
});

test('RFC 1034 4.3.2: whatever is asked, the answer is NOERROR, NXDOMAIN or YXDOMAIN', async () => {
  const anyName = fc.array(fc.stringMatching(/^[a-z0-9*_-]{1,20}$/), { maxLength: 6 }).map((below) => [...below, 'example.'].join('.'));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      anyName,
      fc.integer({ min: 0, max: 65535 }),
      fc.boolean(),
      async (zone, name, type, dnssec) => {
        fc.pre(type !== 251 && type !== 252);
        expect(await ask(zone, `${name} TYPE${type}`, { dnssec })).toMatch(/^(NOERROR|NXDOMAIN|YXDOMAIN)/);
      },
    ),
    { numRuns: 400 },
  );
});
