import type { Report } from '@dnsteer/router';

const REPORTS_PER_SECOND = 10;

/**
 * Passes on at most ten reports a second, and when it is over one that counts the others: a flood of bad packets must not become a flood of
 * messages between threads, nor of lines in the log.
 */
export function limitReports(report: (report: Report) => void): (report: Report) => void {
  let count = 0;
  let last: Report;
  const endSecond = () => {
    const more = count - REPORTS_PER_SECOND;
    count = 0;
    if (more > 0)
      report({ code: last.code, message: `${more} more ${more === 1 ? 'report' : 'reports'} in that second, the last: ${last.message}` });
  };
  return (entry) => {
    if (count === 0) setTimeout(endSecond, 1000).unref();
    last = entry;
    if (++count <= REPORTS_PER_SECOND) report(entry);
  };
}
