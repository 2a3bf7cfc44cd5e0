/** Every code that a {@link DnsteerError} carries; the README's table is compared with this list. */
export const DNSTEER_ERROR_CODES = [
  'ERR_DNSTEER_LISTEN',
  'ERR_DNSTEER_OPTION',
  'ERR_DNSTEER_MODULE',
  'ERR_DNSTEER_DENIAL',
  'ERR_DNSTEER_HANDLER_RECORD',
  'ERR_DNSTEER_HANDLER_RCODE',
  'ERR_DNSTEER_WORKER',
  'ERR_DNSTEER_BUILDER',
  'ERR_DNSTEER_REFRESH',
  'ERR_DNSTEER_ZONE',
] as const;

export type DnsteerErrorCode = (typeof DNSTEER_ERROR_CODES)[number];

/** A server that can't be put together or started as asked. */
export class DnsteerError extends Error {
  readonly code: DnsteerErrorCode;

  constructor(code: DnsteerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DnsteerError';
    this.code = code;
  }
}
