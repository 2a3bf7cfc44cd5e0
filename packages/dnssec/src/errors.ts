/** The codes of {@link DnssecError}; the README has what each of them means. */
export const DNSSEC_ERROR_CODES = [
  'ERR_DNSSEC_ALGORITHM',
  'ERR_DNSSEC_DIGEST_TYPE',
  'ERR_DNSSEC_PRIVATE_KEY',
  'ERR_DNSSEC_RRSET',
  'ERR_DNSSEC_TIMES',
] as const;

export type DnssecErrorCode = (typeof DNSSEC_ERROR_CODES)[number];

/** What this package throws on its own account. A malformed name comes as `WireError` from @dnsteer/wire. */
export class DnssecError extends Error {
  readonly code: DnssecErrorCode;

  constructor(code: DnssecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DnssecError';
    this.code = code;
  }
}
