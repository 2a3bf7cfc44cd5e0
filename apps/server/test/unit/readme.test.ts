import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli.ts';
import { parseConfig } from '../../src/config/load.ts';
import { referenceTables } from './reference.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the configuration reference has every row of the schema, with values, default and meaning, and no other', () => {
  const [, reference] = /<!-- made of src\/config\/schema\.ts; compared by a test -->\n([\s\S]*?)\n<!-- end -->/.exec(README) ?? [];
  expect(reference?.match(/^\| `/gm)?.length).toBeGreaterThan(40);
  expect(reference?.trim()).toBe(referenceTables().trim());
});

test('every configuration in it is one', () => {
  const blocks = [...README.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text]) => text!);
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) parseConfig(block, 'README.md', '/');
});

test('every command is told, with all of its options', () => {
  for (const command of createProgram().commands) {
    const row = README.split('\n').find((line) => line.startsWith(`| \`${command.name()}\``) || line.startsWith(`| \`${command.name()} `));
    expect([command.name(), row]).toEqual([command.name(), expect.any(String)]);
    const options = command.options.map(({ long }) => long!).filter((long) => long !== '--config');
    for (const option of options) expect(row).toContain(option);
  }
});
