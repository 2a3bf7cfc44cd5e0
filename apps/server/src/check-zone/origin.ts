import { basename } from 'node:path';
import { typeCode } from '@dnsteer/wire';

const FILE_SUFFIX = /\.(zone|db|dns|hosts|txt|signed)$/i;
const FILE_PREFIX = /^(db|pri|master)\./i;

/**
 * Which zone a file has, as text: the owner of its SOA, else the absolute $ORIGIN that it begins with, else what its name says.
 *
 * @param head - how the file begins, one character for each octet.
 * @returns `undefined` when nothing says so.
 */
export function zoneOf(head: string, path: string): string | undefined {
  const { soaOwner, firstOrigin } = readHead(head);
  const name = zoneOfPath(path);
  return soaOwner ?? firstOrigin ?? name;
}

/** A search for one line, and no reading of the file: what is wrong with it is told later. */
function readHead(head: string): { soaOwner?: string; firstOrigin?: string } {
  let origin: string | undefined;
  let firstOrigin: string | undefined;
  let owner: string | undefined;
  let hasRecords = false;
  for (const line of head.replace(/^\xef\xbb\xbf/, '').split('\n')) {
    const words = line.replace(/;.*/, '').split(/[\s()]+/);
    const [first = '', second = ''] = words;
    if (first.toUpperCase() === '$ORIGIN') {
      origin = absolute(second, origin);
      // One behind records is most likely a part of the zone.
      if (second.endsWith('.') && !hasRecords) firstOrigin ??= second;
    }
    if (first.startsWith('$')) continue;
    hasRecords ||= words.some((word) => word !== '');
    // A blank at the start makes an empty first word.
    if (first !== '') owner = absolute(first, origin);
    const at = words.findIndex((word, i) => i > 0 && word.toUpperCase() === 'SOA');
    if (at > 0 && words.slice(1, at).every(mayStandBeforeType))
      return { ...(owner !== undefined && { soaOwner: owner }), ...(firstOrigin && { firstOrigin }) };
  }
  return { ...(firstOrigin !== undefined && { firstOrigin }) };
}

function mayStandBeforeType(word: string): boolean {
  return word === '' || (typeCode(word) === undefined && /^(\d\w*|IN|CLASS1)$/i.test(word));
}

function absolute(name: string, origin: string | undefined): string | undefined {
  if (name === '@') return origin;
  if (name.endsWith('.')) return name;
  return origin === undefined ? undefined : origin === '.' ? `${name}.` : `${name}.${origin}`;
}

/** `example.com.zone`, `db.example.com`; a name without such an end is less sure, and one without dots is none. */
function zoneOfPath(path: string): string | undefined {
  const file = basename(path);
  let name = file.replace(FILE_PREFIX, '');
  while (FILE_SUFFIX.test(name)) name = name.replace(FILE_SUFFIX, '');
  const isPlain = name === file;
  if (isPlain && !name.includes('.')) return undefined;
  return name.toLowerCase() === 'root' ? '.' : name;
}
