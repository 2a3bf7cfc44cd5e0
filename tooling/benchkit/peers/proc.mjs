// What the kernel says of a process and everything that it started.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** The fields of /proc/PID/stat behind the name of the program, which may hold anything; undefined when the process is gone. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** `pid` and its descendants. */
function family(pid) {
  const children = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = Number(statOf(entry)?.[1]);
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(Number(entry));
  }
  const found = [pid];
  for (let i = 0; i < found.length; i++) found.push(...(children.get(found[i]) ?? []));
  return found;
}

/** CPU seconds `{ user, sys }` that a process, its threads and its living descendants have used so far. */
export function cpuOf(pid) {
  let user = 0;
  let sys = 0;
  for (const one of family(pid)) {
    const stat = statOf(one);
    if (stat === undefined) continue;
    user += Number(stat[11]) / ticksPerSecond;
    sys += Number(stat[12]) / ticksPerSecond;
  }
  return { user, sys };
}

/** Proportional set size in MiB of a process and its descendants: a page that n of them share counts once. */
export function pssMiB(pid) {
  let kib = 0;
  for (const one of family(pid)) {
    try {
      kib += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {}
  }
  return kib / 1024;
}
