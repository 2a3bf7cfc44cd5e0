import { run } from '../process.ts';
import { parseName } from './names.ts';
import { formatZone, type TestZone, type ZoneRecord } from './zone.ts';

/** A zone file as BIND reads it, for zones that were written by hand. */
export async function readZone(origin: string, file: string): Promise<TestZone> {
  const options = ['-q', '-i', 'none', '-k', 'ignore', '-s', 'full', '-o', '-', origin, file];
  const { code, stdout, stderr } = await run('named-compilezone', options);
  if (code !== 0) throw new Error(`${file}: ${stderr}`);
  const records = stdout.split('\n').flatMap((line): ZoneRecord[] => {
    const found = /^(\S+)\s+(\d+)\s+IN\s+(\S+)\s+(.*)$/.exec(line);
    return found ? [{ owner: parseName(found[1]!), ttl: Number(found[2]), type: found[3]!, rdata: found[4]! }] : [];
  });
  return { origin: parseName(origin), records, signed: 'no', text: formatZone(records), refusedBy: [] };
}
