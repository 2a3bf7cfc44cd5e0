import { invalid } from '../rdata/form.ts';
import { CLASS, OPCODE, RCODE } from '../types.ts';

/** Numbers of a registry by name; those without one are a prefix and the number, which dns-packet writes UNKNOWN_5 or RCODE_12. */
interface Mnemonics {
  /** @throws WireError ERR_WIRE_RECORD_INVALID. */
  read(value: unknown): number;
  write(code: number): string;
}

function mnemonics(what: string, registry: Readonly<Record<string, number>>, prefix: string, max: number): Mnemonics {
  const texts = new Map<number, string>();
  for (const [text, code] of Object.entries(registry)) if (!texts.has(code)) texts.set(code, text);
  const numbered = new RegExp(`^(?:${prefix}|UNKNOWN)_?([0-9]{1,5})$`);
  return {
    read(value) {
      const upper = typeof value === 'string' ? value.toUpperCase() : '';
      const numberText = numbered.exec(upper)?.[1];
      const code = typeof value === 'number' ? value : (registry[upper] ?? (numberText === undefined ? Number.NaN : Number(numberText)));
      if (!Number.isInteger(code) || code < 0 || code > max) throw invalid(what, value);
      return code;
    },
    write: (code) => texts.get(code) ?? prefix + code,
  };
}

export const classes: Mnemonics = mnemonics('a class', CLASS, 'CLASS', 0xffff);
export const opcodes: Mnemonics = mnemonics('an OPCODE', OPCODE, 'OPCODE', 15);
export const rcodes: Mnemonics = mnemonics('an RCODE', RCODE, 'RCODE', 0xfff);
