/** The codes of {@link AuthorityError}; the README has what each of them means. */
export const AUTHORITY_ERROR_CODES = ['ERR_AUTHORITY_CHOOSER_MISSING', 'ERR_AUTHORITY_SIGNER_MISSING'] as const;

export type AuthorityErrorCode = (typeof AUTHORITY_ERROR_CODES)[number];

/** Thrown by `zoneAnswerer` for an image that it could not answer from; never for what a packet holds. */
export class AuthorityError extends Error {
  readonly code: AuthorityErrorCode;

  constructor(code: AuthorityErrorCode, message: string) {
    super(message);
    this.name = 'AuthorityError';
    this.code = code;
  }
}
