import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FILTER_NAMES } from '@dnsteer/steering';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configJsonSchema } from '../../src/config/schema.ts';
import { durationText } from '../../src/config/values.ts';

const at = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

describe('the JSON Schema for editors', () => {
  const schema = z.fromJSONSchema(configJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  test('takes the configuration of the demo, and an empty one', () => {
    expect(schema.safeParse(parse(at('demo/dnsteer.yaml'))).error).toBeUndefined();
    expect(schema.safeParse({}).error).toBeUndefined();
  });

  test('names the filters that @dnsteer/steering has', () => {
    const text = JSON.stringify(configJsonSchema());
    expect(FILTER_NAMES.length).toBeGreaterThan(3);
    expect(text).toContain(`"items":{"anyOf":[{"type":"string","examples":${JSON.stringify(FILTER_NAMES)}}`);
    expect(text.match(/geotarget/g)).toHaveLength(1);
  });

  test.each([
    ['an unknown key at the top', 'policies:', 'polices:'],
    ['an unknown key deep inside', 'weight: 3', 'wight: 3'],
    ['a port out of range', 'port: 18081', 'port: 70000'],
    ['a duration without a unit', 'interval: 1s', 'interval: "1"'],
    ['a zone without a file', '    file: example.com.zone\n', ''],
    ['an empty list of addresses', 'addresses: [203.0.113.20, "2001:db8:30::20"]', 'addresses: []'],
  ])('refuses %s', (_what, good, bad) => {
    const text = at('demo/dnsteer.yaml');
    expect(text).toContain(good);
    expect(schema.safeParse(parse(text.replace(good, bad))).success).toBe(false);
  });
});

test('a duration is told in the largest unit that leaves no rest', () => {
  expect([0, 10, 1000, 1500, 60_000, 90_000, 3_600_000, 86_400_000].map(durationText)).toEqual([
    '0ms',
    '10ms',
    '1s',
    '1500ms',
    '1m',
    '90s',
    '1h',
    '24h',
  ]);
});
