#!/usr/bin/env node
import { program } from './program.js';

const { createProgram } = await import(program().href);
await createProgram().parseAsync();
