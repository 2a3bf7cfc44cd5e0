export { type AclOptions, acl } from './acl.ts';
export { type ChaosOptions, chaos } from './chaos.ts';
export { type CookieOptions, cookies } from './cookies.ts';
export { MiddlewareError, type MiddlewareErrorCode } from './errors.ts';
export { keepalive } from './keepalive.ts';
export { nsid } from './nsid.ts';
export { padding } from './padding.ts';
