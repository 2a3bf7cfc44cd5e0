import { WireError } from '../errors.ts';
import type { RdataBuilder, RdataReader } from './cursor.ts';
import type { TokenReader } from './tokens.ts';

/** How a field of RDATA, or the whole of it, is written in a zone file. */
export interface Presentation {
  /** Reads tokens and appends their octets. Throws WireError ERR_WIRE_RDATA_SYNTAX with the token's index. */
  parse(tokens: TokenReader, out: RdataBuilder): void;
  /**
   * Takes the field's octets and returns its text; '' for a field that is empty and not written at all; `undefined` when they have no
   * text that would be read as the same, so that all of the RDATA is written `\# length hex` (RFC 3597 5).
   */
  format(rdata: RdataReader): string | undefined;
  /** How it stands in an object, in the shape of `dns-packet`; `undefined` where dns-packet does that itself. */
  readonly object?: ObjectForm;
}

/** A field as a JavaScript value. */
export interface ObjectForm {
  /** Whether a string is the value itself, and not RDATA in presentation format. */
  readonly takesText?: boolean;
  /** Appends the value's octets. Throws WireError ERR_WIRE_RECORD_INVALID. */
  encode(value: unknown, out: RdataBuilder): void;
  decode(rdata: RdataReader): unknown;
}

/** A presentation with an object form. */
export interface Field extends Presentation {
  readonly object: ObjectForm;
}

/** RDATA whose fields stand one after the other, in the order of the wire. */
export function sequence(...fields: readonly Presentation[]): Presentation {
  return {
    parse(tokens, out) {
      for (const field of fields) field.parse(tokens, out);
    },
    format(rdata) {
      const texts: string[] = [];
      for (const field of fields) {
        const text = field.format(rdata);
        if (text === undefined) return undefined;
        if (text !== '') texts.push(text);
      }
      return texts.join(' ');
    },
  };
}

/** A {@link sequence} that is an object, its fields under these keys. */
export function record(fields: Readonly<Record<string, Field>>): Field {
  return {
    ...sequence(...Object.values(fields)),
    object: {
      encode(value, out) {
        if (typeof value !== 'object' || value === null) throw invalid(`an object with ${Object.keys(fields).join(', ')}`, value);
        const values = value as Readonly<Record<string, unknown>>;
        for (const [key, field] of Object.entries(fields)) field.object.encode(values[key], out);
      },
      decode: (rdata) => Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.object.decode(rdata)])),
    },
  };
}

/** An error about a value handed in. */
export function invalid(expected: string, value: unknown): WireError {
  const found = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'number' ? String(value) : typeof value;
  return new WireError('ERR_WIRE_RECORD_INVALID', `expected ${expected}, found ${found}`);
}
