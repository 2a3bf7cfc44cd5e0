/** Every code that a {@link MiddlewareError} carries; the README's table is compared with this list. */
export const MIDDLEWARE_ERROR_CODES = [
  'ERR_MIDDLEWARE_NSID',
  'ERR_MIDDLEWARE_COOKIE_SECRET',
  'ERR_MIDDLEWARE_KEEPALIVE',
  'ERR_MIDDLEWARE_PADDING',
  'ERR_MIDDLEWARE_CHAOS',
] as const;

export type MiddlewareErrorCode = (typeof MIDDLEWARE_ERROR_CODES)[number];

/** An option that a middleware can't work with. */
export class MiddlewareError extends Error {
  readonly code: MiddlewareErrorCode;

  constructor(code: MiddlewareErrorCode, message: string) {
    super(message);
    this.name = 'MiddlewareError';
    this.code = code;
  }
}
