import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeProvider } from '@dnsteer/dnssec';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadKeys, loadOrCreateKeys } from '../src/index.ts';
import { createFolder, zoneFolder } from '../src/key-directory.ts';
import { hex, name } from './presentation.ts';

const zone = name('example.com.');
const withCode = (code: string) => expect.objectContaining({ code });

let root: string;
let directory: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dnsteer-keys-'));
  directory = join(root, 'state', 'keys');
});
afterEach(() => rmSync(root, { recursive: true }));

/** Paths of the one key. */
function onlyKey(): { folder: string; pem: string; json: string } {
  const folder = join(directory, 'example.com');
  const [json, pem, ...others] = readdirSync(folder).sort();
  expect(others).toEqual([]);
  return { folder, pem: join(folder, pem), json: join(folder, json) };
}

describe('on the first start', () => {
  test.each(['ECDSAP256SHA256', 'ED25519'] as const)('one %s key with flags 257 is made, and is the same on the second', (algorithm) => {
    const [key, ...others] = loadOrCreateKeys(directory, zone, algorithm);
    expect(others).toEqual([]);
    expect(key.flags).toBe(257);
    const [again] = loadOrCreateKeys(directory, name('Example.COM.'), algorithm);
    expect(hex(again.dnskeyRdata)).toBe(hex(key.dnskeyRdata));
    const octets = Uint8Array.of(1);
    expect(nodeProvider.verify(key.algorithm, key.dnskeyRdata.subarray(4), octets, again.sign(octets))).toBe(true);
  });

  test('only the owner can read the files, and nothing else lies about', () => {
    loadOrCreateKeys(directory, zone, 'ED25519');
    const { folder, pem, json } = onlyKey();
    const modes = [directory, folder, pem, json].map((path) => (statSync(path).mode & 0o777).toString(8));
    expect(modes).toEqual(['700', '700', '600', '600']);
    expect(readdirSync(directory)).toEqual(['example.com']);
  });

  test('the .json has what a registrar asks for, and no secret', () => {
    const [key] = loadOrCreateKeys(directory, zone, 'ECDSAP256SHA256');
    const facts = JSON.parse(readFileSync(onlyKey().json, 'utf8'));
    expect(facts).toEqual({
      zone: 'example.com.',
      algorithm: 'ECDSAP256SHA256',
      flags: 257,
      keyTag: key.keyTag,
      dnskey: expect.stringMatching(/^257 3 13 [A-Za-z0-9+/]{86}==$/),
      ds: expect.stringMatching(new RegExp(`^${key.keyTag} 13 2 [0-9A-Fa-f]{64}$`)),
    });
    expect(readFileSync(onlyKey().pem, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  });

  test('loadKeys makes nothing', () => {
    expect(loadKeys(directory, zone)).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  });

  test('every zone has keys of its own', () => {
    const [a] = loadOrCreateKeys(directory, name('a.example.'), 'ED25519');
    const [b] = loadOrCreateKeys(directory, name('b.example.'), 'ED25519');
    expect(hex(a.dnskeyRdata)).not.toBe(hex(b.dnskeyRdata));
    expect(readdirSync(directory).sort()).toEqual(['a.example', 'b.example']);
  });

  test('of two processes that start together the second takes the key of the first', () => {
    const folder = zoneFolder(directory, zone);
    expect(createFolder(directory, folder, [['x', 'first']])).toBe(true);
    expect(createFolder(directory, folder, [['x', 'second']])).toBe(false);
    expect(readFileSync(join(folder, 'x'), 'utf8')).toBe('first');
    expect(readdirSync(directory)).toEqual(['example.com']);
  });

  test('what a broken start left behind is in nobody’s way', () => {
    mkdirSync(join(directory, '.new-left'), { recursive: true, mode: 0o700 });
    mkdirSync(join(directory, 'example.com'), { mode: 0o700 });
    expect(loadOrCreateKeys(directory, zone, 'ED25519').length).toBe(1);
  });
});

describe('folder names', () => {
  const folderOf = (text: string) => zoneFolder('', name(text));

  test('are the zone in lower case, without the final dot; anything that a path could stumble over is %XX', () => {
    expect(folderOf('Sub_1.Example-2.COM.')).toBe('sub_1.example-2.com');
    expect(folderOf('.')).toBe('@root');
    expect(folderOf('a\\/b.example.')).toBe('a%2fb.example');
    expect(folderOf('..'.replace('..', '\\.\\..'))).not.toMatch(/^\.|\//);
    expect(folderOf('\\255\\032x.')).not.toMatch(/[^a-z0-9%.]/);
  });

  test('differ for names that differ, however long', () => {
    const long = (last: string) => `${'\\001'.repeat(63)}.${'\\001'.repeat(63)}.${'\\001'.repeat(60)}${last}.`;
    expect(folderOf(long('a'))).not.toBe(folderOf(long('b')));
    expect(folderOf(long('a')).length).toBeLessThan(201);
    expect(folderOf('a\\.b.')).not.toBe(folderOf('a.b.'));
  });
});

describe('refused', () => {
  beforeEach(() => {
    loadOrCreateKeys(directory, zone, 'ECDSAP256SHA256');
  });
  const load = () => loadOrCreateKeys(directory, zone, 'ECDSAP256SHA256');

  test.each([
    ['pem', 0o640, 'chmod 600 '],
    ['pem', 0o604, 'chmod 600 '],
    ['json', 0o660, 'chmod 600 '],
    ['folder', 0o750, 'chmod 700 '],
  ] as const)('a %s with mode %o, with the command that helps', (which, mode, remedy) => {
    const path = onlyKey()[which];
    chmodSync(path, mode);
    expect(load).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNER_KEY_PERMISSIONS', path, message: expect.stringContaining(remedy + path) }),
    );
  });

  test('a directory in which others may put files; one that they may only list is fine', () => {
    chmodSync(directory, 0o777);
    expect(load).toThrow(withCode('ERR_SIGNER_KEY_PERMISSIONS'));
    chmodSync(directory, 0o755);
    expect(load().length).toBe(1);
  });

  test('another algorithm than the stored keys have: a new key would not fit the DS', () => {
    expect(() => loadOrCreateKeys(directory, zone, 'ED25519')).toThrow(withCode('ERR_SIGNER_KEY_ALGORITHM'));
    expect(readdirSync(join(directory, 'example.com')).length).toBe(2);
  });

  test.each(['pem', 'json'] as const)('one of the two files alone, without the .%s: no new key comes in its place', (which) => {
    const path = onlyKey()[which];
    rmSync(path);
    expect(load).toThrow(expect.objectContaining({ code: 'ERR_SIGNER_KEY_MISSING', path }));
  });

  test('a private key that is cut, empty, or of another key', () => {
    const { pem } = onlyKey();
    const text = readFileSync(pem, 'utf8');
    loadOrCreateKeys(directory, name('other.'), 'ECDSAP256SHA256');
    const other = join(directory, 'other', readdirSync(join(directory, 'other')).find((file) => file.endsWith('.pem'))!);
    for (const broken of ['', text.slice(0, 100), text.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA'), readFileSync(other, 'utf8')]) {
      writeFileSync(pem, broken);
      expect(load).toThrow(withCode('ERR_SIGNER_KEY_CORRUPT'));
    }
  });

  test('public facts that are no JSON, or not those of the key', () => {
    const { json } = onlyKey();
    const facts = JSON.parse(readFileSync(json, 'utf8'));
    const broken = [
      null,
      'x',
      {},
      { ...facts, zone: 'example.org.' },
      { ...facts, flags: 256 },
      { ...facts, flags: 1 },
      { ...facts, keyTag: 1 },
    ];
    const texts = [
      '',
      '{',
      ...[...broken, { ...facts, algorithm: 'ED25519' }, { ...facts, algorithm: 'toString' }].map((each) => JSON.stringify(each)),
    ];
    for (const text of texts) {
      writeFileSync(json, text);
      expect(load).toThrow(expect.objectContaining({ code: 'ERR_SIGNER_KEY_CORRUPT' }));
    }
  });

  test('an algorithm that is not there, and a directory that is a file', () => {
    const unknown = 'RSASHA256' as 'ED25519';
    expect(() => loadOrCreateKeys(directory, zone, unknown)).toThrow(withCode('ERR_SIGNER_ALGORITHM'));
    const file = join(root, 'file');
    writeFileSync(file, '', { mode: 0o600 });
    expect(() => loadOrCreateKeys(file, zone, 'ED25519')).toThrow(withCode('ERR_SIGNER_KEY_FILE'));
    expect(() => loadOrCreateKeys(join(file, 'keys'), zone, 'ED25519')).toThrow(withCode('ERR_SIGNER_KEY_FILE'));
  });
});

test('two keys in the folder are both read', () => {
  loadOrCreateKeys(directory, zone, 'ED25519');
  const folder = join(directory, 'example.com');
  const file = readdirSync(folder).find((each) => each.endsWith('.json'))!;
  const otherDirectory = join(root, 'other');
  const [second] = loadOrCreateKeys(otherDirectory, zone, 'ED25519');
  for (const each of readdirSync(join(otherDirectory, 'example.com'))) {
    writeFileSync(join(folder, each), readFileSync(join(otherDirectory, 'example.com', each)), { mode: 0o600 });
  }
  const keys = loadOrCreateKeys(directory, zone, 'ED25519');
  expect(keys.length).toBe(file.includes(String(second.keyTag)) ? 1 : 2);
  expect(keys.map(({ keyTag }) => keyTag)).toContain(second.keyTag);
});
