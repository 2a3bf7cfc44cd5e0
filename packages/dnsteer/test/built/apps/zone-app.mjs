// An app for serve(url): a zone of a file, a handler that says which thread answers, and one that ends its thread.
import { threadId } from 'node:worker_threads';
import { DnsApp, loadZone } from 'dnsteer';

const app = new DnsApp()
  .zone('example.com', await loadZone(process.env.ZONE_FILE))
  .on('thread.example.com', 'TXT', (c) => c.answer({ type: 'TXT', ttl: 0, data: String(threadId) }))
  .on('fatal.test', 'A', (c) => {
    setImmediate(() => {
      throw new Error('thrown in a callback');
    });
    c.answer({ type: 'A', ttl: 0, data: '192.0.2.1' });
  });

export default app;
