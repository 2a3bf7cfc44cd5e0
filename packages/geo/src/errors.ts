/** Every code that this package throws or reports. The README says what each means. */
export const GEO_CODES = ['ERR_GEO_FILE', 'ERR_GEO_BROKEN_DATABASE', 'ERR_GEO_BAD_ADDRESS', 'ERR_GEO_NO_DATABASE'] as const;

export type GeoCode = (typeof GEO_CODES)[number];

/** Something that an operator or a caller can put right; the message is one line. */
export class GeoError extends Error {
  override readonly name = 'GeoError';
  readonly code: GeoCode;

  constructor(code: GeoCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
