import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NetworkTable } from '@dnsteer/steering';
import { afterAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import type { ConfigError } from '../../src/config/problem.ts';
import { type Composition, compose, composeAtRest } from '../../src/control/composition.ts';
import { NetworkFiles } from '../../src/control/network-files.ts';

function composed(text: string): Composition {
  return composeAtRest(parseConfig(text, 'dnsteer.yaml', '/etc/dnsteer'));
}

function failureOf(text: string): string[] {
  try {
    composed(text);
  } catch (error) {
    return (error as ConfigError).message.split('\n');
  }
  return [];
}

const POOLS = `pools:
  eu:
    location: { country: DE }
    endpoints:
      - { name: fra1, addresses: [192.0.2.1, "2001:db8::1"], check: { address: 127.0.0.1, port: 81 } }
      - { name: ams1, addresses: [192.0.2.2] }
    check: { type: http, path: /healthz, interval: 1s, timeout: 500ms }
`;

describe('what a package refuses is told with its place in the file', () => {
  test.each([
    [
      'an unknown filter',
      'policies: { web: { pools: [eu], chain: [up, nearets] } }',
      /^dnsteer\.yaml:8:45: policies\.web\.chain\[1\]: found "nearets", expected/,
    ],
    [
      'a parameter of a filter',
      'policies:\n  web:\n    pools: [eu]\n    chain:\n      - first: 0\n',
      /^dnsteer\.yaml:12:16: policies\.web\.chain\[0\]\.first: found 0, expected/,
    ],
    [
      'a pool that is none',
      'policies: { web: { pools: [eu], chain: [{ geotarget: { default: [us] } }] } }',
      /^dnsteer\.yaml:8:66: policies\.web\.chain\[0\]\.geotarget\.default\[0\]: found "us", expected/,
    ],
    [
      'TTLs the wrong way round',
      'policies: { web: { pools: [eu], chain: [], ttl: { min: 60, max: 5 } } }',
      /^dnsteer\.yaml:8:\d+: policies\.web\.ttl\.\w+: found/,
    ],
    [
      'a country without a middle',
      'pools: { us: { location: { country: XX }, endpoints: [{ name: a, addresses: [192.0.2.3] }] } }\npolicies: { web: { pools: [us], chain: [nearest] } }',
      /^dnsteer\.yaml:1:37: pools\.us\.location\.country: found "XX"/,
    ],
    ['a name that is none', 'zones: { "exa mple..com": { file: x } }', /^dnsteer\.yaml:8:\d+: zones\.exa mple\.\.com: /],
    [
      'an owner that is none',
      'policies: { web: { pools: [eu], chain: [] } }\nzones: { example.com: { file: x, steer: { "a..b": web } } }',
      /^dnsteer\.yaml:9:51: zones\.example\.com\.steer\.a\.\.b: /,
    ],
    [
      'an owner elsewhere',
      'policies: { web: { pools: [eu], chain: [] } }\nzones: { example.com: { file: x, steer: { "www.example.org.": web } } }',
      /^dnsteer\.yaml:9:\d+: .*: found www\.example\.org\., expected a name in example\.com\.$/,
    ],
    [
      'an owner twice',
      'policies: { web: { pools: [eu], chain: [] } }\nzones: { example.com: { file: x, steer: { www: web, WWW.example.com.: web } } }',
      /^dnsteer\.yaml:9:\d+: .*: www\.example\.com\. is steered already$/,
    ],
    [
      'a zone twice',
      'zones:\n  example.com: { file: x }\n  EXAMPLE.com.: { file: y }\n',
      /^dnsteer\.yaml:10:\d+: zones\.EXAMPLE\.com\.: example\.com\. is there already, as "example\.com"$/,
    ],
  ])('%s', (_what, text, line) => {
    const failure = failureOf(text.startsWith('pools') ? text : POOLS + text);
    expect(failure).toEqual([expect.stringMatching(line)]);
  });

  test("a check's value, at the endpoint's own check where it stands there, else at the pool's", () => {
    const withChecks = (own: string, ofPool: string) =>
      failureOf(`pools:\n  eu:\n    endpoints:\n      - { name: a, addresses: [192.0.2.1], check: ${own} }\n    check: ${ofPool}\n`);
    expect(withChecks('{ timeout: 2s }', '{ type: http, interval: 1s }')).toEqual([
      expect.stringMatching(/^dnsteer\.yaml:4:62: pools\.eu\.endpoints\[0\]\.check\.timeout: found 2s, expected at most the interval, 1s$/),
    ]);
    expect(withChecks('{ interval: 1s }', '{ type: http, timeout: 2s }')).toEqual([
      expect.stringMatching(/^dnsteer\.yaml:5:35: pools\.eu\.check\.timeout: found 2s, expected at most the interval, 1s$/),
    ]);
    expect(withChecks('{ port: 1 }', '{ interval: 1s }')).toEqual([
      expect.stringMatching(/^dnsteer\.yaml:5:\d+: pools\.eu\.check\.type: expected http, https, tcp, got nothing$/),
    ]);
  });

  test('pools that no policy uses, and a country that no filter asks for', () => {
    expect(
      failureOf(
        'pools:\n  eu:\n    location: { country: XX }\n    minHealthy: 5\n    endpoints:\n' +
          '      - { name: e1, addresses: [198.51.100.1] }\n      - { name: e1, addresses: [198.51.100.1] }\n',
      ),
    ).toEqual([
      'dnsteer.yaml:7:17: pools.eu.endpoints[1].name: found "e1", expected a name that no other endpoint of the pool has',
      'dnsteer.yaml:4:17: pools.eu.minHealthy: found 5, expected a number of endpoints, from 1 to 2, or a share such as 50%',
      'dnsteer.yaml:3:26: pools.eu.location.country: found "XX", expected a country whose centroid is known',
    ]);
  });

  test('everything at once, each thing once', () => {
    const failure = failureOf(
      `${POOLS}  us: { endpoints: [{ name: a, addresses: [192.0.2.3] }, { name: a, addresses: [192.0.2.4] }] }\npolicies:\n  one: { pools: [us], chain: [] }\n  two: { pools: [us], chain: [] }\nzones: { "a..b": { file: x } }\n`,
    );
    expect(failure).toHaveLength(2);
    expect(failure[0]).toMatch(/^dnsteer\.yaml:8:\d+: pools\.us\.endpoints\[1\]\.name: /);
    expect(failure[1]).toMatch(/zones\.a\.\.b/);
  });
});

test('what is probed: every endpoint once per family, at the address of its check, else at the one that is answered', () => {
  const { targets } = composed(POOLS);
  expect(
    targets.map(({ id, family, address, check }) => [id, family, address, 'port' in check ? check.port : undefined, check.intervalMs]),
  ).toEqual([
    ['eu/fra1', 4, '127.0.0.1', 81, 1000],
    ['eu/fra1', 6, '127.0.0.1', 81, 1000],
    ['eu/ams1', 4, '192.0.2.2', undefined, 1000],
  ]);
});

test('paths are relative to the folder of the configuration', () => {
  const { zones, geoDatabases } = composed(
    'zones: { example.com: { file: zones/a, dnssec: {} } }\ngeo: { databases: [a.mmdb, /srv/b.mmdb] }\n',
  );
  expect(zones[0]).toMatchObject({
    file: '/etc/dnsteer/zones/a',
    dnssec: { algorithm: 'ECDSAP256SHA256', directory: '/etc/dnsteer/keys' },
  });
  expect(geoDatabases).toEqual(['/etc/dnsteer/a.mmdb', '/srv/b.mmdb']);
});

describe('cidr: { file }', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dnsteer-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const composeWith = (networks: string | undefined) => {
    if (networks !== undefined) writeFileSync(join(directory, 'networks.csv'), networks);
    const text = `${POOLS}policies: { web: { pools: [eu], chain: [up, { cidr: { file: networks.csv, default: [eu] } }] } }`;
    return composeAtRest(parseConfig(text, 'dnsteer.yaml', directory));
  };

  test('a file that is not there is told where it is named', () => {
    expect(() => composeWith(undefined)).toThrow(/^dnsteer\.yaml:8:\d+: policies\.web\.chain\[1\]\.cidr\.file: can't be read: ENOENT/);
  });

  test('what is wrong in it is told with its line', () => {
    expect(() => composeWith('192.0.2.0/24 eu\n192.0.2.1/24 eu\n')).toThrow(
      'chain[1].cidr.file: networks.csv, line 2: found "192.0.2.1/24"',
    );
    expect(() => composeWith('192.0.2.0/24 mars\n')).toThrow(
      'networks.csv, line 1, [0]: found "mars", expected one of the policy\'s pools: eu',
    );
  });

  test('its networks decide, in the definitions that other threads are given as well', () => {
    const { policies, definitions } = composeWith('192.0.2.0/24 eu\n');
    const decision = policies.get('web')!.decide({ client: '192.0.2.9', type: 'A' });
    expect(decision.trace[1]?.reason).toBe("only pool eu has candidates: the client's network does not matter");
    expect(definitions[0]?.chain[1]).toMatchObject({ cidr: { networks: { networks: 1, lists: [['eu']] }, default: ['eu'] } });
  });

  test('two policies that name a file have its networks once', () => {
    writeFileSync(join(directory, 'networks.csv'), '192.0.2.0/24 eu\n');
    const policy = '{ pools: [eu], chain: [{ cidr: { file: networks.csv } }] }';
    const { definitions } = composeAtRest(parseConfig(`${POOLS}policies: { web: ${policy}, api: ${policy} }`, 'dnsteer.yaml', directory));
    const [one, other] = definitions.map(({ chain }) => (chain[0] as { cidr: { networks: NetworkTable } }).cidr.networks);
    expect(one).toBe(other);
  });

  test('a reload reads a file again where it is another, and what is the same stays where it is', () => {
    const files = new NetworkFiles();
    const tableOf = () => {
      const text = `${POOLS}policies: { web: { pools: [eu], chain: [{ cidr: { file: networks.csv } }] } }`;
      const { definitions } = compose(parseConfig(text, 'dnsteer.yaml', directory), () => 0, files);
      return (definitions[0]!.chain[0] as { cidr: { networks: NetworkTable } }).cidr.networks;
    };
    writeFileSync(join(directory, 'networks.csv'), '192.0.2.0/24 eu\n');
    const before = tableOf();
    expect(tableOf()).toBe(before);
    writeFileSync(join(directory, 'networks.csv'), '192.0.2.0/24 eu\n198.51.100.0/24 eu\n');
    const after = tableOf();
    expect([before.networks, after.networks]).toEqual([1, 2]);
    expect(tableOf()).toBe(after);
  });
});
