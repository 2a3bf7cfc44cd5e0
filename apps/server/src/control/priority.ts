import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/** They still get a tenth of a busy processor. */
const HELPER_NICE = 10;

/**
 * On Linux: what the engine does aside (compiling, collecting garbage) comes after answering. Called before the program starts threads of its own: those that there are besides the
 * first belong to the engine.
 */
export function putEngineBehindAnswers(): void {
  // A nice value belongs to a thread on Linux (setpriority(2)), elsewhere to the process.
  if (process.platform !== 'linux') return;
  for (const thread of readdirSync('/proc/self/task').map(Number)) if (thread !== process.pid) putBehind(thread);
}

function putBehind(thread: number): void {
  try {
    setPriority(thread, HELPER_NICE);
  } catch {
    // It has ended, or may not be changed here: answers are as right as before.
  }
}
