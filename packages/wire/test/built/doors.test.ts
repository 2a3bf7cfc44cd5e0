import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

const names = ['.', './records'].map((door) => door.replace('.', '@dnsteer/wire'));

test.each(names)('%s is a door for import and for require', async (name) => {
  const imported = (await import(/* @vite-ignore */ name)) as Record<string, unknown>;
  expect(Object.keys(imported).length).toBeGreaterThan(3);
  // `require` of an ES module needs Node 20.19, 22.12 or later, and no top-level await in it.
  expect(Object.keys(createRequire(import.meta.url)(name) as object).sort()).toEqual(expect.arrayContaining(Object.keys(imported).sort()));
});
