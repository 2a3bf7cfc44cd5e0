/** The codes of {@link SignerError}; the README has what each of them means. */
export const SIGNER_ERROR_CODES = [
  'ERR_SIGNER_ALGORITHM',
  'ERR_SIGNER_ALREADY_SIGNED',
  'ERR_SIGNER_DENIAL',
  'ERR_SIGNER_KEY_ALGORITHM',
  'ERR_SIGNER_KEY_CORRUPT',
  'ERR_SIGNER_KEY_FILE',
  'ERR_SIGNER_KEY_MISSING',
  'ERR_SIGNER_KEY_PERMISSIONS',
  'ERR_SIGNER_NO_KEYS',
  'ERR_SIGNER_SOA_MISSING',
] as const;

export type SignerErrorCode = (typeof SIGNER_ERROR_CODES)[number];

/** What this package throws on its own account. The message is one line that says what to do. */
export class SignerError extends Error {
  readonly code: SignerErrorCode;
  /** The file or directory, where it is about one. */
  readonly path: string | undefined;

  constructor(code: SignerErrorCode, message: string, options: ErrorOptions & { path?: string } = {}) {
    super(message, options);
    this.name = 'SignerError';
    this.code = code;
    this.path = options.path;
  }
}
