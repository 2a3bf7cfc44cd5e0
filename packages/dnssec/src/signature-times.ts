import { hashName } from '@dnsteer/wire';
import { DnssecError } from './errors.ts';
import type { SignatureWindow } from './sign.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** A validator's clock may be an hour late. */
const CLOCK_SKEW_SECONDS = HOUR;

export interface SignatureTimesOptions {
  readonly nowSeconds: number;
  /** Wire name, any case: owners differ in their times by up to `jitterSeconds`, each always by the same. */
  readonly owner: Uint8Array;
  /** Until expiration, at most. Default: 14 days. */
  readonly validitySeconds?: number;
  /** Default: 1/14 of the validity, which is a day. */
  readonly jitterSeconds?: number;
}

export interface SignatureTimes extends SignatureWindow {
  /** When to sign anew: half a validity before the expiration, so that a signer may stand still for a week and nothing goes bogus. */
  readonly refreshAtSeconds: number;
}

/**
 * From when until when to sign, and when to sign anew.
 *
 * Deterministic: the jitter comes from the owner's hash. It spreads the refreshing of what was signed at one time over `jitterSeconds`.
 *
 * @throws DnssecError ERR_DNSSEC_TIMES unless 0 < validity and 0 <= jitter <= validity / 4.
 */
export function signatureTimes(options: SignatureTimesOptions): SignatureTimes {
  const { nowSeconds, owner, validitySeconds = 14 * DAY } = options;
  const jitterSeconds = options.jitterSeconds ?? Math.floor(validitySeconds / 14);
  if (!(validitySeconds > 0) || !(jitterSeconds >= 0 && jitterSeconds <= validitySeconds / 4)) {
    throw new DnssecError('ERR_DNSSEC_TIMES', `a validity of ${validitySeconds} s with a jitter of ${jitterSeconds} s is not possible`);
  }
  const earlierSeconds = (hashName(owner) >>> 0) % (Math.floor(jitterSeconds) + 1);
  const expirationSeconds = nowSeconds + validitySeconds - earlierSeconds;
  return {
    inceptionSeconds: nowSeconds - CLOCK_SKEW_SECONDS,
    expirationSeconds,
    refreshAtSeconds: expirationSeconds - Math.floor(validitySeconds / 2),
  };
}
