import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkZone } from '../../src/commands/check.ts';
import { parseConfig } from '../../src/config/load.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { type Composition, composeAtRest } from '../../src/control/composition.ts';
import { placedError } from '../../src/control/zone-problems.ts';

const ZONE = `$TTL 300
@ SOA ns1 hostmaster 1 3600 600 1209600 300
@ NS ns1
ns1 A 192.0.2.53
sub NS ns1
dn DNAME elsewhere.example.
`;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dnsteer-zones-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function composed(steer: string, zone: string, dnssec = 'false'): Composition {
  writeFileSync(join(directory, 'z.zone'), zone);
  const text = `pools: { eu: { endpoints: [{ name: a, addresses: [192.0.2.1] }] } }
policies: { web: { pools: [eu], chain: [up] } }
zones:
  example.com:
    file: z.zone
    dnssec: ${dnssec}
    steer:
      ${steer}: web
`;
  return composeAtRest(parseConfig(text, 'dnsteer.yaml', directory));
}

/** What `check` says of the zone, warnings or error. */
function said(composition: Composition): string[] {
  try {
    return checkZone(composition.zones[0]!, composition).map(formatProblem);
  } catch (error) {
    return ['failed', ...(error as Error).message.split('\n')];
  }
}

describe('what a zone file and the configuration do not agree on', () => {
  test.each([
    ['Sub', 'sub.example.com.'],
    ['a.sub', 'a.sub.example.com.'],
    ['www.dn', 'www.dn.example.com.'],
  ])('steering %s, at or below a cut or a DNAME, is wrong at its line in the configuration', (steer, owner) => {
    const [failed, line, ...more] = said(composed(steer, ZONE));
    expect([failed, more]).toEqual(['failed', []]);
    expect(line!.toLowerCase()).toContain(
      `dnsteer.yaml:8:${9 + steer.length}: zones.example.com.steer.${steer.toLowerCase()}: ${owner} is dynamic, but`,
    );
  });

  test('a problem that has a line in the zone file is told there', () => {
    const [, line] = said(composed('alias', `${ZONE}alias CNAME ns1\n`));
    expect(line).toMatch(/z\.zone:7:1: alias\.example\.com\. is dynamic, so expected no CNAME there, found one$/);
  });

  test('the same is said of what the thread that builds zones found', () => {
    const composition = composed('sub', ZONE);
    const problems = [
      { file: composition.zones[0]!.file, line: 0, column: 0, message: 'm', code: 'ERR_ZONE_DYNAMIC_PLACE', owner: 'sub.example.com.' },
      // What is said of a steered owner need not be about its steering.
      {
        file: composition.zones[0]!.file,
        line: 0,
        column: 0,
        message: 'has no SOA',
        code: 'ERR_ZONE_SOA_MISSING',
        owner: 'sub.example.com.',
      },
      { file: 'other.zone', line: 4, column: 1, message: 'x' },
    ];
    expect((placedError(Object.assign(new Error(), { problems }), composition) as Error).message).toBe(
      `dnsteer.yaml:8:12: zones.example.com.steer.sub: m
dnsteer.yaml:5:11: zones.example.com.file: has no SOA
other.zone:4:1: x`,
    );
    const plain = new Error('no memory');
    expect(placedError(plain, composition)).toBe(plain);
  });
});

describe('a zone that is to be signed and is signed already', () => {
  const signed = `${ZONE}www A 192.0.2.1\nwww NSEC ns1 A NSEC\n`;

  test('is refused at its file', () => {
    expect(said(composed('cdn', signed, '{}'))).toEqual([
      'failed',
      expect.stringMatching(
        /^dnsteer\.yaml:5:11: zones\.example\.com\.file: www\.example\.com\. has NSEC: the zone is signed already; take /,
      ),
    ]);
  });

  test('is fine as it is when dnssec is false', () => {
    expect(said(composed('cdn', signed))).toEqual([]);
  });
});

describe('what is likely not meant in a zone file', () => {
  test('is warned of with its place and code', () => {
    expect(said(composed('cdn', `${ZONE}@ MX 1 mail\n`))).toEqual([
      `${join(directory, 'z.zone')}:7:8: expected an A or AAAA record of mail.example.com., which MX names, found none [WARN_ZONE_ADDRESS_MISSING]`,
    ]);
  });

  test('a host that a policy answers for has its addresses from there', () => {
    expect(said(composed('mail', `${ZONE}@ MX 1 mail\n`))).toEqual([]);
  });
});

describe('address records that a policy hides', () => {
  test('are warned of at the steered owner', () => {
    expect(said(composed('NS1', ZONE))).toEqual([
      'dnsteer.yaml:8:12: zones.example.com.steer.NS1: ns1.example.com. A in the zone file is not answered: policy web answers',
    ]);
  });

  test('are only those of the types that the policy answers', () => {
    // The pool has IPv4 addresses only.
    expect(said(composed('cdn', `${ZONE}cdn TXT "x"\ncdn AAAA 2001:db8::1\n`))).toEqual([]);
  });
});
