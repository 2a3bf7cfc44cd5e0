// The default export may be a function that promises an app.
import { DnsApp } from 'dnsteer';

export default async () => new DnsApp().on('function.test', 'A', (c) => c.answer({ type: 'A', ttl: 5, data: '192.0.2.5' }));
