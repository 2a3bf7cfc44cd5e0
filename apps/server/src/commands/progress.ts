const WIDTH = 30;
const STEP_MS = 100;

/** A bar on standard error, where that is a terminal. @returns told how many of `total` are done; all of them: the bar goes. */
export function progressBar(total: number, what: string): (done: number) => void {
  if (process.stderr.isTTY !== true) return () => {};
  let shownAt = Number.NEGATIVE_INFINITY;
  return (done) => {
    if (done >= total) return void process.stderr.write('\r\u001b[K');
    const now = performance.now();
    if (now - shownAt < STEP_MS) return;
    shownAt = now;
    const filled = Math.floor((done / total) * WIDTH);
    process.stderr.write(
      `\r[${'#'.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${Math.floor((done / total) * 100)} % of ${total.toLocaleString('en')} ${what}`,
    );
  };
}
