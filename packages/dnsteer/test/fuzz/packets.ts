/** Where a field lies that says how long something is, or how many there are. */
export interface LengthField {
  readonly at: number;
  readonly octets: 1 | 2;
}

/** A query by hand, so that nothing under test makes it, and where its length fields lie. */
export interface Sample {
  readonly title: string;
  readonly packet: Uint8Array;
  readonly lengths: readonly LengthField[];
}

export interface Option {
  readonly code: number;
  readonly value: readonly number[];
  /** Offsets in `value` that are lengths too: the prefix lengths of a client subnet. */
  readonly lengthsAt?: readonly number[];
}

export interface Opt {
  readonly payload?: number;
  readonly version?: number;
  readonly flags?: number;
  readonly options?: readonly Option[];
}

export interface Parts {
  readonly title?: string;
  readonly id?: number;
  /** The 16 bits behind the ID. */
  readonly flags?: number;
  /** Labels as text, one octet a character; a string is cut at its dots. */
  readonly name?: string | readonly string[];
  readonly type?: number;
  readonly class?: number;
  readonly opt?: Opt;
  /** Records of the answer and authority sections: they mean nothing in a query, and are stepped over. */
  readonly answers?: number;
  readonly authorities?: number;
  readonly tsig?: boolean;
}

const DO = 0x8000;

class Builder {
  readonly octets: number[] = [];
  readonly lengths: LengthField[] = [];

  u8(...values: readonly number[]): void {
    this.octets.push(...values.map((value) => value & 255));
  }

  u16(...values: readonly number[]): void {
    for (const value of values) this.u8(value >> 8, value);
  }

  length(octets: 1 | 2, value: number): void {
    this.lengths.push({ at: this.octets.length, octets });
    if (octets === 1) this.u8(value);
    else this.u16(value);
  }

  name(labels: readonly string[]): void {
    for (const label of labels) {
      this.length(1, label.length);
      this.u8(...Array.from(label, (character) => character.charCodeAt(0)));
    }
    this.length(1, 0);
  }

  record(labels: readonly string[], type: number, rclass: number, ttl: number, rdata: (rdata: Builder) => void): void {
    this.name(labels);
    this.u16(type, rclass, ttl >>> 16, ttl);
    const own = new Builder();
    rdata(own);
    this.length(2, own.octets.length);
    const start = this.octets.length;
    this.lengths.push(...own.lengths.map(({ at, octets }) => ({ at: start + at, octets })));
    this.u8(...own.octets);
  }
}

export function sample(parts: Parts): Sample {
  const { id = 0x4d2, flags = 0x0100, name = 'www.signed.test', type = 1, opt, answers = 0, authorities = 0, tsig = false } = parts;
  const labels = typeof name === 'string' ? name.split('.').filter((label) => label !== '') : name;
  const out = new Builder();
  out.u16(id, flags);
  for (const count of [1, answers, authorities, (opt ? 1 : 0) + (tsig ? 1 : 0)]) out.length(2, count);
  out.name(labels);
  out.u16(type, parts.class ?? 1);
  for (let i = 0; i < answers + authorities; i++) out.record(['a', 'b'], 1, 1, 60, (rdata) => rdata.u8(192, 0, 2, i));
  if (opt) {
    const { payload = 1232, version = 0, flags: ednsFlags = 0, options = [] } = opt;
    out.record([], 41, payload, (version << 16) | ednsFlags, (rdata) => {
      for (const { code, value, lengthsAt = [] } of options) {
        rdata.u16(code);
        rdata.length(2, value.length);
        for (const at of lengthsAt) rdata.lengths.push({ at: rdata.octets.length + at, octets: 1 });
        rdata.u8(...value);
      }
    });
  }
  if (tsig) {
    out.record(['key'], 250, 255, 0, (rdata) => {
      rdata.name(['hmac-sha256']);
      rdata.u16(0, 0x6540, 0, 300);
      rdata.length(2, 32);
      rdata.u8(...new Array(32).fill(7));
      rdata.u16(id, 0, 0);
    });
  }
  const title = parts.title ?? `${labels.join('.')}. TYPE${type}${opt ? ' EDNS' : ''}`;
  return { title, packet: Uint8Array.from(out.octets), lengths: out.lengths };
}

export function clientSubnet(family: number, sourcePrefix: number, ...address: readonly number[]): Option {
  return { code: 8, value: [family >> 8, family, sourcePrefix, 0, ...address], lengthsAt: [2, 3] };
}

const cookie = (octets: number): Option => ({ code: 10, value: Array.from({ length: octets }, (_, i) => i + 1) });
const NSID: Option = { code: 3, value: [] };

const NAMES: readonly (string | readonly string[])[] = [
  '',
  'test',
  'nobody.example',
  'plain.test',
  'WwW.pLaIn.TeSt',
  'www.signed.test',
  'hello.signed.test',
  'late.signed.test',
  'nx.signed.test',
  'ent.signed.test',
  'x.wild.signed.test',
  'x.alias.signed.test',
  'a.cut.signed.test',
  'chain1.plain.test',
  'loop1.plain.test',
  'x.y.dname.plain.test',
  'big.plain.test',
  'svc.plain.test',
  's7.cdn.test',
  'a.b.open.test',
  'extra.open.test',
  'boom.test',
  'wait.test',
  'quiet.test',
  '*.wild.signed.test',
  ['a.b', '\0', '\xff ', 'plain', 'test'],
  [...new Array(119).fill('x'), 'plain', 'test'],
  ['y'.repeat(63), 'y'.repeat(63), 'y'.repeat(63), 'y'.repeat(46), 'plain', 'test'],
  ['y'.repeat(63), 'y'.repeat(63), 'y'.repeat(63), 'y'.repeat(48), 'dname', 'plain', 'test'].map((label, i) =>
    i === 3 ? label.slice(6) : label,
  ),
];

/** QTYPEs that have a meaning, here or in an RFC, and some that have none. */
const TYPES = [
  0, 1, 2, 5, 6, 10, 12, 13, 15, 16, 28, 33, 35, 39, 41, 43, 44, 46, 47, 48, 50, 51, 52, 59, 60, 61, 64, 65, 99, 108, 249, 250, 251, 252,
  253, 254, 255, 256, 257, 258, 32768, 32769, 65280, 65534, 65535,
];

/** Every option that is answered by one, and padding. */
export const FULL_OPT: Opt = {
  flags: DO,
  options: [clientSubnet(1, 20, 133, 9, 0xf0), cookie(24), NSID, { code: 12, value: new Array(64).fill(0) }],
};

const OPTS: readonly Opt[] = [
  { payload: 0 },
  { payload: 512 },
  { payload: 1232, flags: DO },
  { payload: 65535, flags: DO },
  { version: 1 },
  { version: 255, flags: 0xffff },
  { flags: 0x7fff },
  { options: [NSID] },
  { options: [NSID, NSID, { code: 65001, value: [1, 2, 3] }] },
  { options: [cookie(8)] },
  { options: [cookie(24)] },
  { options: [cookie(40), cookie(3)] },
  { options: [clientSubnet(1, 24, 81, 2, 69)] },
  { options: [clientSubnet(1, 32, 81, 2, 69, 1)] },
  { options: [clientSubnet(1, 0)] },
  { options: [clientSubnet(0, 0)] },
  { options: [clientSubnet(2, 56, 0x20, 1, 0x0d, 0xb8, 0, 0, 0)] },
  { options: [clientSubnet(2, 128, ...new Array(16).fill(0x20))] },
  FULL_OPT,
  {
    options: [
      { code: 11, value: [] },
      { code: 15, value: [0, 1, 0x78] },
      { code: 14, value: [0x4f, 0x66] },
    ],
  },
];

/** Valid queries of every kind: each is answered, not taken for malformed. */
export const CORPUS: readonly Sample[] = [
  ...NAMES.flatMap((name) => [1, 16, 43, 255].map((type) => sample({ name, type }))),
  ...NAMES.map((name) => sample({ name, opt: { flags: DO, options: [clientSubnet(1, 24, 133, 9, 7)] } })),
  ...TYPES.flatMap((type) => ['www.signed.test', 'plain.test', 's7.cdn.test'].map((name) => sample({ name, type, opt: { flags: DO } }))),
  ...OPTS.flatMap((opt, i) =>
    ['www.signed.test', 'big.plain.test', 'nx.signed.test', 'late.signed.test'].map((name) =>
      sample({ title: `${name}, OPT ${i}`, name, opt }),
    ),
  ),
  ...[0, 2, 3, 4, 254, 255, 65535].map((rclass) => sample({ title: `CLASS${rclass}`, class: rclass, opt: {} })),
  ...[0, 0x0010, 0x0040, 0x0120, 0x0400, 0x0780, 0x000f].map((flags) => sample({ title: `flags ${flags}`, flags, opt: {} })),
  ...[0x0800, 0x1000, 0x2000, 0x2800, 0x7800].map((flags) => sample({ title: `opcode ${flags >> 11}`, flags })),
  sample({ title: 'records in every section', answers: 2, authorities: 1, opt: {} }),
  sample({ title: 'TSIG', tsig: true }),
  sample({ title: 'TSIG behind OPT', tsig: true, opt: { flags: DO, options: [NSID] } }),
  sample({ title: 'IXFR with the SOA', type: 251, authorities: 1 }),
];

/** Those with the most that can break: every single damage is done to them. */
export const RICH: readonly Sample[] = [
  sample({ title: 'a steered name with every option', opt: FULL_OPT }),
  sample({ title: 'a chain', name: 'chain1.plain.test', type: 28 }),
  sample({
    title: 'a handler behind a wildcard',
    name: 'x.alias.signed.test',
    opt: { flags: DO, options: [clientSubnet(2, 64, ...new Array(8).fill(1))] },
  }),
  sample({ title: 'a pattern', name: 's7.cdn.test', answers: 1, opt: { options: [cookie(24)] } }),
  sample({ title: 'TSIG', name: 'big.plain.test', type: 16, authorities: 1, tsig: true, opt: { payload: 4096 } }),
];
