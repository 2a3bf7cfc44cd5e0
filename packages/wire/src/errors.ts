/** The codes of {@link WireError}; the README has what each of them means. */
export const WIRE_ERROR_CODES = [
  'ERR_WIRE_NAME_SYNTAX',
  'ERR_WIRE_ESCAPE_SYNTAX',
  'ERR_WIRE_NAME_LENGTH',
  'ERR_WIRE_NAME_MALFORMED',
  'ERR_WIRE_RDATA_SYNTAX',
  'ERR_WIRE_RDATA_LENGTH',
  'ERR_WIRE_RDATA_MALFORMED',
  'ERR_WIRE_RECORD_INVALID',
  'ERR_WIRE_MESSAGE_LENGTH',
  'ERR_WIRE_MESSAGE_MALFORMED',
  'ERR_WIRE_SECTION_ORDER',
] as const;

export type WireErrorCode = (typeof WIRE_ERROR_CODES)[number];

/**
 * What this package throws, and nothing else. Packets from the network never get here by `parseQuery`, which returns a status.
 *
 * `tokenIndex` is set by `parseRdata`: which token is wrong; one past the last when something is missing.
 */
export class WireError extends Error {
  readonly code: WireErrorCode;
  readonly tokenIndex: number | undefined;

  constructor(code: WireErrorCode, message: string, tokenIndex?: number) {
    super(message);
    this.name = 'WireError';
    this.code = code;
    this.tokenIndex = tokenIndex;
  }
}
