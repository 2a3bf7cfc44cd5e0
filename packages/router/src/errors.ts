/** Every code that a {@link RouterError} carries; the README's table is compared with this list. */
export const ROUTER_ERROR_CODES = [
  'ERR_ROUTER_PATTERN',
  'ERR_ROUTER_TYPE',
  'ERR_ROUTER_DUPLICATE_ZONE',
  'ERR_ROUTER_SENT_TWICE',
  'ERR_ROUTER_REQUEST_OVER',
  'ERR_ROUTER_NOT_SENT',
  'ERR_ROUTER_ANSWERS_ON_REQUEST',
  'ERR_ROUTER_RECORD',
  'ERR_ROUTER_TIMEOUT',
  'ERR_ROUTER_TOO_MANY_PENDING',
  'ERR_ROUTER_CLIENT',
  'ERR_ROUTER_COMPOSE',
  'ERR_ROUTER_OPTION',
  'ERR_ROUTER_DROPPED',
] as const;

export type RouterErrorCode = (typeof ROUTER_ERROR_CODES)[number];

/** A mistake of the program that uses the router. What arrives in packets never throws. */
export class RouterError extends Error {
  readonly code: RouterErrorCode;

  constructor(code: RouterErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RouterError';
    this.code = code;
  }
}
