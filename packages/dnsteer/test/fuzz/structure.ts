import fc from 'fast-check';

// Packets of parts that make sense one by one: what is found with them shrinks to the few parts that matter.

const u16 = (value: number): readonly number[] => [(value >> 8) & 255, value & 255];
const octets = (...lengths: readonly number[]) =>
  fc.constantFrom(...lengths).chain((length) => fc.array(fc.nat(255), { minLength: length, maxLength: length }));
const joined = <T extends readonly (readonly number[])[]>(parts: T): readonly number[] => parts.flat();

/** A length field that mostly tells the truth. */
const lengthOff = fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1, 0x8000) });

/** Labels of names that the zones and patterns of the server have, that they lack, and odd ones. */
const label = fc.oneof(
  fc.constantFrom('www', 'signed', 'plain', 'test', 'big', 'chain1', 'loop1', 'dname', 'late', 's7', 'cdn', 'open', 'wait', '*', 'cut'),
  fc.constantFrom('nx', 'WwW', 'x'.repeat(63), '\0.', '\xff'),
);
const zone = fc.constantFrom(['signed', 'test'], ['plain', 'test'], ['cdn', 'test'], ['open', 'test'], ['wait', 'test'], [], ['example']);
const labelOctets = (text: string) => [text.length, ...Array.from(text, (character) => character.charCodeAt(0))];
const plainName = fc
  .tuple(fc.array(label, { maxLength: 4 }), zone)
  .map(([below, apex]) => [...[...below, ...apex].flatMap(labelOctets), 0]);
/** To the question, back into the header, to itself or further on. */
const pointer = fc.oneof(fc.constant(12), fc.nat(80), fc.constant(0x3fff)).map((target) => [0xc0 | (target >> 8), target & 255]);
const compressedName = fc
  .tuple(fc.array(label, { maxLength: 2 }), pointer)
  .map(([labels, end]) => [...labels.flatMap(labelOctets), ...end]);
const oddName = fc.oneof(
  compressedName,
  fc.constantFrom([0x40, 0], [0x80, 0], [64, 1]),
  fc.array(label, { minLength: 8, maxLength: 140 }).map((labels) => [...labels.flatMap(labelOctets), 0]),
);
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd });

const type = fc.oneof(fc.constantFrom(1, 2, 5, 6, 16, 28, 39, 43, 46, 47, 48, 65, 251, 252, 255), fc.nat(65535)).map(u16);
const rclass = mostly(fc.constant(u16(1)), fc.constantFrom(0, 3, 254, 255).map(u16));

const clientSubnet = fc
  .tuple(
    fc.constantFrom(0, 1, 2, 3),
    fc.nat(130),
    mostly(fc.constant(0), fc.nat(255)),
    fc.array(fc.nat(255), { maxLength: 17 }),
    fc.boolean(),
  )
  .map(([family, source, scope, address, fits]) => {
    const length = Math.ceil(source / 8);
    const cut = fits ? Array.from({ length }, (_, i) => address[i] ?? 0) : address;
    if (fits && source % 8 > 0) cut[length - 1]! &= 0xff << (8 - (source % 8));
    return [0, family, source, scope, ...cut];
  });
const option = fc.oneof(
  fc.tuple(fc.constant(8), clientSubnet),
  fc.tuple(fc.constant(10), octets(8, 24, 16, 40, 0, 7, 9, 41)),
  fc.tuple(fc.constantFrom(3, 11, 12, 14, 15, 65001), octets(0, 1, 2, 64)),
);
const optionOctets = fc.tuple(option, lengthOff).map(([[code, value], off]) => [...u16(code), ...u16(value.length + off), ...value]);
const opt = fc
  .tuple(
    mostly(fc.constant<number[]>([0]), plainName),
    fc.constantFrom(0, 512, 1232, 4096, 65535),
    mostly(fc.constant(0), fc.nat(255)),
    fc.constantFrom(0, 0x8000, 0xffff),
    fc.array(optionOctets, { maxLength: 4 }),
    lengthOff,
  )
  .map(([owner, payload, version, flags, options, off]) => {
    const rdata = options.flat();
    return [...owner, ...u16(41), ...u16(payload), 0, version, ...u16(flags), ...u16(rdata.length + off), ...rdata];
  });
const record = fc
  .tuple(fc.oneof(plainName, compressedName), mostly(type, fc.constantFrom(41, 250).map(u16)), rclass, octets(0, 4, 16, 3), lengthOff)
  .map(([owner, rtype, rclassOctets, rdata, off]) => [
    ...owner,
    ...rtype,
    ...rclassOctets,
    0,
    0,
    0,
    60,
    ...u16(rdata.length + off),
    ...rdata,
  ]);

const question = fc.tuple(mostly(plainName, oddName), type, rclass).map(joined);
const count = (records: readonly unknown[], off: number) => u16(records.length + off);

/** A query of parts, most of them in order. */
export const structuredPacket: fc.Arbitrary<Uint8Array> = fc
  .record({
    id: fc.nat(65535),
    flags: mostly(fc.constantFrom(0, 0x0100, 0x0110), fc.nat(65535)),
    questions: mostly(fc.tuple(question) as fc.Arbitrary<(readonly number[])[]>, fc.array(question, { maxLength: 2 })),
    answers: mostly(fc.constant<number[][]>([]), fc.array(record, { maxLength: 2 })),
    authorities: mostly(fc.constant<number[][]>([]), fc.array(record, { maxLength: 2 })),
    additionals: fc.oneof(
      fc.constant([]),
      opt.map((one) => [one]),
      fc.array(fc.oneof(opt, record), { maxLength: 3 }),
    ),
    countsOff: fc.tuple(lengthOff, lengthOff, lengthOff, lengthOff),
    behind: mostly(fc.constant<number[]>([]), octets(1, 2, 11)),
  })
  .map(({ id, flags, questions, answers, authorities, additionals, countsOff, behind }) => {
    const sections = [questions, answers, authorities, additionals];
    return Uint8Array.from([
      ...u16(id),
      ...u16(flags),
      ...sections.flatMap((records, i) => count(records, countsOff[i]!)),
      ...sections.flat(2),
      ...behind,
    ]);
  });
