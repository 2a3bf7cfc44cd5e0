import { join } from 'node:path';
import { ALGORITHM, type AlgorithmName, generateKey, type SigningKey } from '@dnsteer/dnssec';
import { formatName } from '@dnsteer/wire';
import { SignerError } from './errors.ts';
import { createFolder, listFolder, readKeyFile, zoneFolder } from './key-directory.ts';
import { keyFacts, readKey, writePem } from './key-file.ts';

/**
 * The keys of a zone, in the order of their file names; none when there are none yet. Writes nothing.
 *
 * @throws SignerError ERR_SIGNER_KEY_PERMISSIONS, ERR_SIGNER_KEY_FILE, ERR_SIGNER_KEY_CORRUPT, ERR_SIGNER_KEY_MISSING.
 */
export function loadKeys(directory: string, zone: Uint8Array): SigningKey[] {
  const folder = zoneFolder(directory, zone);
  const names = listFolder(directory, folder);
  const stems = new Set(names.filter((name) => /\.(pem|json)$/.test(name)).map((name) => name.replace(/\.\w+$/, '')));
  return [...stems].map((stem) => {
    const [pem, json] = [`${stem}.pem`, `${stem}.json`];
    for (const name of [pem, json]) if (!names.includes(name)) throw missing(join(folder, name));
    return readKey(zone, readKeyFile(join(folder, pem)), join(folder, pem), readKeyFile(join(folder, json)), join(folder, json));
  });
}

/**
 * The keys of a zone: those that are there, or else a new one (flags 257, which signs everything), made and kept.
 *
 * In `directory` (made with mode 0700) every zone has a folder (0700), and in it every key two files (0600): `<algorithm>-<key tag>.pem`, the
 * private key, and `.json`, the public facts. A folder appears with both at once; of two processes that start together one makes the key,
 * and both use it.
 *
 * @param zone - wire name of the apex, any case.
 * @returns at least one key.
 * @throws SignerError as {@link loadKeys}; ERR_SIGNER_ALGORITHM for an unknown name; ERR_SIGNER_KEY_ALGORITHM when the zone has keys, but
 * none of this algorithm: to start over with another key while a DS points to the old one makes the zone bogus.
 */
export function loadOrCreateKeys(directory: string, zone: Uint8Array, algorithm: AlgorithmName): SigningKey[] {
  if (!Object.hasOwn(ALGORITHM, algorithm)) {
    throw new SignerError('ERR_SIGNER_ALGORITHM', `algorithm ${algorithm}: expected one of ${Object.keys(ALGORITHM).join(', ')}`);
  }
  let keys = loadKeys(directory, zone);
  if (keys.length === 0) {
    createKey(directory, zone, algorithm);
    keys = loadKeys(directory, zone);
  }
  if (keys.some((key) => key.algorithm === ALGORITHM[algorithm])) return keys;
  const path = zoneFolder(directory, zone);
  throw new SignerError(
    'ERR_SIGNER_KEY_ALGORITHM',
    `${path} has keys for ${formatName(zone)}, but none of ${algorithm}: keep to their algorithm, or take the DS from the parent and move them away`,
    { path },
  );
}

function createKey(directory: string, zone: Uint8Array, algorithm: AlgorithmName): void {
  const key = generateKey(ALGORITHM[algorithm]);
  const stem = `${algorithm}-${String(key.keyTag).padStart(5, '0')}`;
  createFolder(directory, zoneFolder(directory, zone), [
    [`${stem}.pem`, writePem(key)],
    [`${stem}.json`, `${JSON.stringify(keyFacts(zone, key), undefined, 2)}\n`],
  ]);
}

function missing(path: string): SignerError {
  return new SignerError('ERR_SIGNER_KEY_MISSING', `${path} is missing, though its other half is there; restore it from a backup`, {
    path,
  });
}
