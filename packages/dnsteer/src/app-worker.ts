import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, type Report } from '@dnsteer/router';
import type { DnsApp } from './app.ts';
import { importApp } from './app-module.ts';
import { type Listening, listenOn } from './listen.ts';
import { type SharedImage, sharedImages } from './shared-images.ts';
import type { AppWorkerStart, FromWorker, ToWorker } from './worker-messages.ts';

// A worker of serve(url): makes the app of that module, and answers on sockets of its own.

/** The first worker signs anew for all; the others do it themselves when they have heard nothing for so long. */
const REFRESH_LATE_SECONDS = 3600;

const port = parentPort!;
const start = workerData as AppWorkerStart;
const listening: Listening[] = [];
let app: DnsApp | undefined;
let built: SharedImage[] = [];

const say = (message: FromWorker) => port.postMessage(message);

function sayBuilt(): void {
  if (built.length > 0) say({ kind: 'built', images: built });
  built = [];
}

async function run(): Promise<void> {
  sharedImages.give(start.images);
  if (start.index === 0) {
    sharedImages.onBuilt = (image) => {
      // Zones that are built together are told together.
      if (built.push(image) === 1) setImmediate(sayBuilt);
    };
  }
  const made = await importApp(start.module);
  await made.prepare();
  sayBuilt();
  app = made;
  // Before it listens: what is told by then may be lost.
  port.on('message', hear);
  const report = (error: unknown) => made.report({ code: 'ERR_DNSTEER_LISTEN', message: messageOf(error), error } satisfies Report);
  for (const address of start.listen) listening.push(await listenOn(address, made.respond, report, start.limits));
  made.startRefreshing(start.index === 0 ? 0 : REFRESH_LATE_SECONDS);
  say({ kind: 'listening', addresses: listening.map(({ host, port: own }) => ({ host, port: own })) });
}

async function hear(message: ToWorker): Promise<void> {
  try {
    if (message.kind === 'images') {
      sharedImages.give(message.images);
      app!.takeImages();
      app!.startRefreshing(REFRESH_LATE_SECONDS);
    } else if (message.kind === 'stop') {
      app?.stopRefreshing();
      await Promise.all(listening.map((one) => one.close(message.graceMs)));
      say({ kind: 'stopped' });
      port.close();
    }
  } catch (error) {
    if (message.kind === 'stop') say({ kind: 'failed', what: 'stop', message: messageOf(error) });
    else app?.report({ code: 'ERR_DNSTEER_REFRESH', message: messageOf(error), error });
  }
}

run().catch(async (error: Error & { code?: string }) => {
  await Promise.all(listening.map((one) => one.close(0)));
  const what = app === undefined ? 'module' : 'start';
  say({ kind: 'failed', what, message: messageOf(error), ...(typeof error?.code === 'string' && { code: error.code }) });
  // A module may have started what keeps a thread alive.
  setImmediate(() => process.exit());
});
