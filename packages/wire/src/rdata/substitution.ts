/** References and the flag; a backslash delimits nothing since it is read with what is behind it. */
const CANNOT_DELIMIT = /[0-9i]/;

/**
 * Whether octets are a substitution expression (RFC 3402 3.2): a delimiter, an extended regular expression, the delimiter, its
 * replacement, the delimiter, and `i` or nothing.
 *
 * The delimiter may stand in a part behind a backslash, and `\1` to `\9` need a group of that number. What is inside the regular
 * expression is the client's to read.
 */
export function isSubstitution(octets: Uint8Array): boolean {
  const text = Buffer.from(octets).toString('latin1');
  const delimiter = text.charAt(0);
  if (delimiter === '' || CANNOT_DELIMIT.test(delimiter) || text.includes('\0')) return false;
  const parts = [''];
  for (const [piece] of text.slice(1).matchAll(/\\?./gs)) {
    if (piece === delimiter) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  const [expression, replacement, flags] = parts;
  if (parts.length !== 3 || !/^i*$/.test(flags)) return false;
  const groups = expression.replaceAll(/\\./gs, '').split('(').length - 1;
  return [...replacement.matchAll(/\\(.?)/gs)].every(([, escaped]) => !/[1-9]/.test(escaped) || Number(escaped) <= groups);
}
