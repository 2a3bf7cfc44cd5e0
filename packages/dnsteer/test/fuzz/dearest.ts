import { everyKind } from './apps.ts';
import { everyDamage } from './damage.ts';
import { CORPUS, RICH } from './packets.ts';

// The dearest packets for zones that are not signed: node packages/dnsteer/bench/dearest.mjs
// Each query of the corpus and each of its damages; those that look dearest are measured again, for longer. Tests assert no times, as machines are
// noisy; what a packet can ask for is counted there: packages/zone/test/work.test.ts, and the tests of links and of pointers.
const MAX_MICROSECONDS = 50;
const FIRST_LOOK = { loops: 5, repeats: 40 };
const SECOND_LOOK = { loops: 9, repeats: 1000 };
const LOOKED_AT_AGAIN = 40;
const SHOWN = 10;
const BUFFER_OCTETS = 65535;

interface Costly {
  readonly title: string;
  readonly packet: Uint8Array;
  readonly transport: 'udp' | 'tcp';
  microseconds: number;
}

/** Prints the dearest packets. @returns whether all take less than MAX_MICROSECONDS of CPU. */
export async function printDearest(): Promise<boolean> {
  const { app, reports, close } = await everyKind(false);
  const octets = new Uint8Array(BUFFER_OCTETS);
  const out = new Uint8Array(BUFFER_OCTETS);

  /** CPU time of one answer, the median of some loops; what other processes take is not in it. */
  async function measure({ packet, transport }: Costly, { loops, repeats }: typeof FIRST_LOOK): Promise<number> {
    const peer = { address: '192.0.2.200', port: 40000, family: 4 as const, transport };
    const samples: number[] = [];
    octets.set(packet);
    for (let loop = 0; loop < loops; loop++) {
      const start = process.cpuUsage();
      for (let i = 0; i < repeats; i++) {
        const reply = app.respond(octets, packet.length, peer, out);
        if (typeof reply !== 'number') await reply;
      }
      const { user, system } = process.cpuUsage(start);
      samples.push((user + system) / repeats);
      reports.length = 0;
    }
    return samples.sort((a, b) => a - b)[loops >> 1]!;
  }

  const all: Costly[] = [];
  for (const transport of ['udp', 'tcp'] as const) {
    for (const { title, packet } of CORPUS) all.push({ title, packet, transport, microseconds: 0 });
    for (const sample of RICH) {
      for (const packet of everyDamage(sample)) all.push({ title: `damaged: ${sample.title}`, packet, transport, microseconds: 0 });
    }
  }
  const dearestFirst = (a: Costly, b: Costly) => b.microseconds - a.microseconds;
  // Nobody is measured before all that they run is compiled.
  for (const costly of all) await measure(costly, FIRST_LOOK);
  for (const costly of all) costly.microseconds = await measure(costly, FIRST_LOOK);
  const dearest = all.sort(dearestFirst).slice(0, LOOKED_AT_AGAIN);
  for (const costly of dearest) costly.microseconds = await measure(costly, SECOND_LOOK);
  close();
  const rows = dearest
    .sort(dearestFirst)
    .slice(0, SHOWN)
    .map(({ microseconds, transport, title, packet }) => {
      const hex = Buffer.from(packet).toString('hex');
      return `${microseconds.toFixed(1).padStart(6)} us  ${transport}  ${title}, ${packet.length} octets: ${hex.length > 160 ? `${hex.slice(0, 160)}...` : hex}`;
    });
  console.log(`${all.length} packets; the dearest, CPU time in the median:\n${rows.join('\n')}`);
  return dearest[0]!.microseconds < MAX_MICROSECONDS;
}
