import { createPrivateKey } from 'node:crypto';
import { ALGORITHM, type AlgorithmName, dsRdata, importKey, type SigningKey } from '@dnsteer/dnssec';
import { formatName, formatRdata, lowerCaseName, TYPE } from '@dnsteer/wire';
import { SignerError } from './errors.ts';

/** What the .json beside a private key says: nothing secret, and all that a registrar asks for. */
export interface KeyFacts {
  readonly zone: string;
  readonly algorithm: AlgorithmName;
  /** 257: a CSK or KSK; 256: a ZSK. */
  readonly flags: number;
  readonly keyTag: number;
  /** DNSKEY and DS (SHA-256) RDATA in presentation format. */
  readonly dnskey: string;
  readonly ds: string;
}

export function keyFacts(zone: Uint8Array, key: SigningKey): KeyFacts {
  return {
    zone: formatName(lowerCaseName(zone)),
    algorithm: algorithmName(key.algorithm),
    flags: key.flags,
    keyTag: key.keyTag,
    dnskey: formatRdata(TYPE.DNSKEY, key.dnskeyRdata),
    ds: formatRdata(TYPE.DS, dsRdata(zone, key.dnskeyRdata)),
  };
}

/** The private key as PKCS#8 in PEM (RFC 7468 10), which `openssl pkey` reads too. */
export function writePem(key: SigningKey): string {
  const pkcs8 = Buffer.from(key.privatePkcs8());
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }).toString();
}

/**
 * The key of a .pem and the .json beside it.
 *
 * @throws SignerError ERR_SIGNER_KEY_CORRUPT when one of them is not readable, or they don't belong together or to the zone.
 */
export function readKey(zone: Uint8Array, pem: string, pemPath: string, json: string, jsonPath: string): SigningKey {
  const facts = readFacts(json, jsonPath);
  let key: SigningKey;
  try {
    const pkcs8 = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
    key = importKey({ algorithm: ALGORITHM[facts.algorithm], flags: facts.flags, pkcs8 });
  } catch (cause) {
    throw corrupt(pemPath, 'is not a readable private key', cause);
  }
  const expected: KeyFacts = keyFacts(zone, key);
  for (const name of Object.keys(expected) as (keyof KeyFacts)[]) {
    if (facts[name] !== expected[name]) throw corrupt(jsonPath, `has "${name}" ${facts[name]}, expected ${expected[name]} by ${pemPath}`);
  }
  return key;
}

function readFacts(json: string, path: string): KeyFacts {
  let facts: Partial<KeyFacts> | null;
  try {
    facts = JSON.parse(json);
  } catch (cause) {
    throw corrupt(path, 'is not JSON', cause);
  }
  const { algorithm = '', flags } = facts ?? {};
  if (!Object.hasOwn(ALGORITHM, algorithm))
    throw corrupt(path, `has "algorithm" ${algorithm}, expected one of ${Object.keys(ALGORITHM).join(', ')}`);
  if (flags !== 256 && flags !== 257) throw corrupt(path, `has "flags" ${flags}, expected 256 or 257`);
  return facts as KeyFacts;
}

function corrupt(path: string, what: string, cause?: unknown): SignerError {
  return new SignerError('ERR_SIGNER_KEY_CORRUPT', `${path} ${what}; restore it from a backup`, { path, cause });
}

function algorithmName(algorithm: number): AlgorithmName {
  return (Object.keys(ALGORITHM) as AlgorithmName[]).find((name) => ALGORITHM[name] === algorithm)!;
}
