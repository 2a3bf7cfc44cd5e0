import { WireError } from './errors.ts';
import { malformed, RdataBuilder, RdataReader } from './rdata/cursor.ts';
import { DESCRIPTORS } from './rdata/descriptors.ts';
import { formatHex, parseHex } from './rdata/encodings.ts';
import { checkRdata } from './rdata/layout.ts';
import { type RdataToken, TokenReader } from './rdata/tokens.ts';
import { typeText } from './types.ts';

const builder = new RdataBuilder();

/**
 * Reads RDATA in presentation format: the type's own, or `\# length hex` for any type (RFC 3597 5).
 *
 * @param origin - wire name that relative names are relative to, and what a name `@` is; without it names are absolute, and `@` is a label.
 * @returns uncompressed RDATA of its own.
 * @throws WireError with `tokenIndex`: ERR_WIRE_RDATA_SYNTAX, ERR_WIRE_NAME_SYNTAX, ERR_WIRE_ESCAPE_SYNTAX, ERR_WIRE_NAME_LENGTH, ERR_WIRE_RDATA_MALFORMED
 * (the octets behind `\#` are not RDATA of this type), ERR_WIRE_RDATA_LENGTH.
 */
export function parseRdata(type: number, tokens: readonly RdataToken[], origin?: Uint8Array): Uint8Array {
  const reader = new TokenReader(tokens, origin);
  const first = reader.peek();
  if (first?.text === '\\#' && !first.quoted) return parseGeneric(type, reader);
  const descriptor = DESCRIPTORS.get(type);
  if (descriptor === undefined) {
    throw new WireError('ERR_WIRE_RDATA_SYNTAX', `expected \\# length hexadecimal, the only form of ${typeText(type)} here`, 0);
  }
  builder.clear();
  reader.locate(() => descriptor.presentation.parse(reader, builder));
  reader.end();
  const rdata = builder.take();
  // What no field sees by itself, such as a DHCID that is too short.
  if (!checkRdata(type, rdata, 0, rdata.length)) throw reader.wrong(`the RDATA of ${typeText(type)}`);
  return rdata;
}

/**
 * Writes RDATA in presentation format; as `\# length hex` for an unknown type, and for octets that the type's own form can't hold.
 *
 * @param rdata - uncompressed.
 * @throws WireError ERR_WIRE_RDATA_MALFORMED.
 */
export function formatRdata(type: number, rdata: Uint8Array): string {
  const descriptor = DESCRIPTORS.get(type);
  if (!checkRdata(type, rdata, 0, rdata.length)) throw malformed(`these octets are not the RDATA of ${typeText(type)}`);
  return descriptor?.presentation.format(new RdataReader(rdata)) ?? `\\# ${rdata.length} ${formatHex(rdata)}`.trimEnd();
}

function parseGeneric(type: number, reader: TokenReader): Uint8Array {
  reader.next('\\#');
  const { text } = reader.next('the number of octets');
  const length = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(length <= 0xffff)) throw reader.wrong('the number of octets, 0 to 65535');
  const octets = parseHex(reader.hasMore ? reader.joinRest('hexadecimal') : '');
  if (octets?.length !== length) throw reader.wrong(`${length} octets in hexadecimal, two digits an octet`);
  if (!checkRdata(type, octets, 0, length)) {
    throw new WireError(
      'ERR_WIRE_RDATA_MALFORMED',
      `these ${length} octets are not the RDATA of ${typeText(type)}`,
      reader.tokens.length - 1,
    );
  }
  return octets;
}
