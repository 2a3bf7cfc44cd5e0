export { SIGNER_ERROR_CODES, SignerError, type SignerErrorCode } from './errors.ts';
export type { KeyFacts } from './key-file.ts';
export { loadKeys, loadOrCreateKeys } from './keys.ts';
export { refuseSigned, type SignedZone, type SignZoneOptions, signZone } from './sign-zone.ts';
