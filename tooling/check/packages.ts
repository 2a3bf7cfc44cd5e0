/** One row of the package table in docs/architecture.md. */
export interface Row {
  /** Packages of ours that it may import, by folder name. */
  readonly imports: readonly string[];
  /** Packages of which it may import types, and nothing that exists at run time. */
  readonly types?: readonly string[];
  /** Marked `*`: installed by strangers without any sibling but `wire`. */
  readonly alone?: boolean;
  /** 0 is the ground. Imports go downward, or along a row of the table. */
  readonly floor: number;
}

const ground = ['wire', 'transport', 'geo', 'steering'];
const first = ['health', 'tsig', 'dnssec', 'zone', 'router'];
const second = ['authority', 'signer', 'middleware', 'transfer'];
const third = ['dnsteer', 'admin'];

/** By folder under packages/ or apps/. A package that has no row here does not exist. */
export const packages: Readonly<Record<string, Row>> = {
  wire: { floor: 0, imports: [], alone: true },
  transport: { floor: 0, imports: [], alone: true },
  geo: { floor: 0, imports: [], alone: true },
  steering: { floor: 0, imports: [], alone: true },
  health: { floor: 1, imports: ['wire'], alone: true },
  tsig: { floor: 1, imports: ['wire'], alone: true },
  dnssec: { floor: 1, imports: ['wire'], alone: true },
  zone: { floor: 1, imports: ['wire'], alone: true },
  router: { floor: 1, imports: ['wire'], alone: true },
  authority: { floor: 2, imports: ['wire', 'zone', 'dnssec'], types: ['router'] },
  signer: { floor: 2, imports: ['wire', 'zone', 'dnssec'] },
  middleware: { floor: 2, imports: ['wire', 'router'] },
  transfer: { floor: 2, imports: ['wire', 'zone', 'tsig', 'transport'] },
  admin: { floor: 3, imports: [], types: [...ground, ...first, ...second] },
  dnsteer: { floor: 3, imports: [...ground, ...first, ...second] },
  server: { floor: 4, imports: [...ground, ...first, ...second, ...third] },
  dashboard: { floor: 4, imports: [] },
};
