/**
 * Questions that walk a zone: every owner, its ancestors up to the apex, a child and a grandchild of each, a name before and one behind it, each for all of
 * `types`.
 *
 * @param zoneText - with one `$ORIGIN`, and owner names at the start of lines.
 */
export function questionsOf(zoneText: string, types: readonly string[]): string[] {
  const origin = /^\$ORIGIN (\S+)/m.exec(zoneText)![1]!;
  const owners = [...zoneText.matchAll(/^([^\s;$]\S*)/gm)].map(([, owner]) => (owner === '@' ? origin : `${owner}.${origin}`));
  const names = new Set<string>([`behind.${origin}outside.`]);
  for (const owner of owners) {
    for (let name = owner; name.endsWith(origin); name = name.replace(/^(\\.|[^.\\])+\./, '')) {
      names.add(name);
      if (!name.startsWith('*')) names.add(`x.${name}`).add(`y.x.${name}`).add(`*.${name}`);
      if (name === origin) break;
      names.add(name.replace(/^./, '0')).add(name.replace(/^((\\.|[^.\\])+)/, '$1z'));
    }
  }
  return [...names].flatMap((name) => types.map((type) => `${name} ${type}`));
}
