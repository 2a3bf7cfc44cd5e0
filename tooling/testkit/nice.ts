import { readdirSync, readFileSync } from 'node:fs';

/** The nice values of the threads of a process on Linux, the first thread's first (proc_pid_stat(5), field 19: the 17th behind the name). */
export function niceValues(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`).sort((a, b) => Number(a) - Number(b));
  return threads.map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[16]));
}
