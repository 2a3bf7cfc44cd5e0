import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli.ts';
import { configRows } from './config-rows.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the table of the configuration has a row for every key of the schema, with its default and meaning, and no other', () => {
  const rows = configRows();
  expect(rows.length).toBeGreaterThan(40);
  expect(README.split('\n').filter((line) => /^\| `(server|geo|pools|policies|zones|health)\./.test(line))).toEqual(rows);
});

test('every command is told', () => {
  for (const { name } of createProgram().commands.map((command) => ({ name: command.name() }))) {
    expect(README).toMatch(new RegExp(`^\\| \`${name}[ \`]`, 'm'));
  }
});
