#!/usr/bin/env node
import { program, unbuilt } from './program.js';

const missing = unbuilt();
if (missing !== undefined) {
  process.stderr.write(`${missing}\n`);
  process.exit(1);
}
const { createProgram } = await import(program().href);
await createProgram().parseAsync();
