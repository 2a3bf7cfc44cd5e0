/** Every code that a {@link GeoError} carries; the README's table is compared with this list. */
export const GEO_ERROR_CODES = ['ERR_GEO_ADDRESS', 'ERR_GEO_FILE', 'ERR_GEO_FORMAT', 'ERR_GEO_EMPTY'] as const;

export type GeoErrorCode = (typeof GEO_ERROR_CODES)[number];

/** A database that can't be used, or text that is no address. */
export class GeoError extends Error {
  readonly code: GeoErrorCode;

  constructor(code: GeoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GeoError';
    this.code = code;
  }
}
