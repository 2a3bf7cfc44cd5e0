import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import { composeAtRest } from '../../src/control/composition.ts';
import { lint } from '../../src/lint/lint.ts';

const pools = (eu: string, more = '') => `pools:
  eu: { endpoints: [{ name: a, addresses: [192.0.2.1]${more} }]${eu} }
  us: { endpoints: [{ name: b, addresses: [192.0.2.2] }] }
`;
const CHECK = ', check: { type: tcp, port: 80, interval: 1s, fall: 3 }';
const policy = (chain: string, more = '') => `policies:
  web: { pools: [eu, us], chain: ${chain}${more} }
zones:
  example.com: { file: z, steer: { www: web } }
`;
const text = (poolText: string, policyText: string) => poolText + policyText;

test.each([
  [text(pools(''), policy('[up, { first: 1 }]')), []],
  [text(pools(''), policy('[{ first: 1 }, up, weighted]')), ['unreachable-filter 5:49']],
  [text(pools(''), policy('[{ multivalue: 1 }, up]')), ['unreachable-filter 5:54']],
  [text(pools(''), policy('[{ first: 2 }, up]')), []],
  [text(pools(''), policy('[{ geotarget: { continents: { EU: [eu] }, default: [eu] } }]')), ['unreachable-pool 5:48']],
  [text(pools(''), policy('[{ geotarget: { continents: { EU: [eu] } } }]')), []],
  [text(pools(''), policy('[{ geotarget: { cities: { DE/Berlin: [eu] }, default: [us] } }]')), ['unreachable-key 5:58']],
  [`geo: { databases: [city.mmdb] }\n${text(pools(''), policy('[{ geotarget: { cities: { DE/Berlin: [eu] }, default: [us] } }]'))}`, []],
  [text(pools(''), policy('[{ asn: { networks: { 1: [eu] } } }]')), ['unreachable-key 5:54']],
  [text(pools(''), policy('[{ route: { subdivisions: { US-CA: [up] } } }]')), ['unreachable-key 5:60']],
  [text(pools(''), policy('[{ geofence: { pools: { eu: { cities: [DE/Berlin] } } } }]')), ['unreachable-key 5:72']],
  [
    `${pools(CHECK.replace('1s', '10s'))}policies:\n  web: { pools: [eu, us], chain: [{ use: in }] }\n  in: { pools: [eu], chain: [up] }\nzones:\n  e.: { file: z, steer: { w: web } }\n`,
    [],
  ],
  [text(pools('', ', weight: 0'), policy('[up]')), ['weights-zero 2:7']],
  [text(pools(CHECK), policy('[weighted]')), ['health-ignored 5:34']],
  [text(pools(CHECK), policy('[up]', ', ttl: { min: 4, max: 60 }')), ['ttl-longer-than-failover 5:52']],
  [text(pools(CHECK), policy('[up]', ', ttl: { min: 3, max: 60 }')), []],
  [text(pools(CHECK.replace('1s', '90s')), policy('[up]', ', ttl: { min: 3, max: 60 }')), ['check-slower-than-ttl 5:60']],
  [text(pools(''), policy('[{ when: { days: mon, inside: [{ first: 1 }, up], outside: [up] } }]')), ['unreachable-filter 5:79']],
  [text(pools(''), policy('[{ split: { A: [{ canary: { pools: [us], percent: 5 } }] } }]')), ['canary-without-health 5:60']],
  [text(pools(''), policy('[up, { split: { A: [{ canary: { pools: [us], percent: 5 } }] } }]')), []],
  [text(pools(''), policy('[{ route: { countries: { DE: [{ first: 1 }, weighted] } } }]')), ['unreachable-filter 5:78']],
  [
    text(pools(''), policy('[{ geofence: { pools: { eu: { continents: [EU] }, us: { countries: [US] } } } }]')),
    ['unserved-countries 5:34'],
  ],
  [text(pools(''), policy('[{ geofence: { pools: { eu: { continents: [EU] } } } }]')), []],
  [`${pools('')}policies:\n  web: { pools: [eu], chain: [up] }\n`, ['unused-pool 3:7', 'unused-policy 5:8']],
  [
    `${pools('')}policies:\n  web: { pools: [eu, us], chain: [{ use: in }] }\n  in: { pools: [eu], chain: [up] }\nzones:\n  e.: { file: z, steer: { w: web } }\n`,
    [],
  ],
])('%s: %j', (yaml, expected) => {
  let loaded: ReturnType<typeof lint>;
  try {
    loaded = lint(composeAtRest(parseConfig(yaml, 'c.yaml', '/')));
  } catch (error) {
    expect.fail(String(error));
  }
  expect(loaded.map(({ code, problem }) => `${code} ${problem.line}:${problem.column}`)).toEqual(expected);
  for (const { code, problem } of loaded) expect(problem.message).toMatch(new RegExp(`: .*\\[${code}\\]$`));
});

test('the README has every code', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const source = readFileSync(new URL('../../src/lint/lint.ts', import.meta.url), 'utf8');
  for (const [, code] of source.matchAll(/^ {2}\| '([a-z-]+)'/gm)) expect(readme).toContain(`\`${code}\``);
});
