/**
 * `--import` this into a shell to harm its core on request, as a crash or an endless loop would: the product has no
 * such door, so it is reached through the runtime. Requests come over the process channel.
 */
import { Session } from 'node:inspector';
import { isMainThread, type Worker } from 'node:worker_threads';

let core: Worker | null = null;

/** Runs an endless loop inside the worker, through its inspector. */
function hang(): void {
  const session = new Session();
  session.connect();
  let isDone = false;
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    // It is attached to the core that replaces the hung one, too.
    if (isDone) return;
    isDone = true;
    const message = JSON.stringify({
      id: 1,
      method: 'Runtime.evaluate',
      params: { expression: 'for (;;) {}' },
    });
    session.post('NodeWorker.sendMessageToWorker', { sessionId: params.sessionId, message });
  });
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
}

if (isMainThread) {
  process.on('worker', (worker) => {
    core = worker;
  });
  process.on('message', (message: { id: number; method: string }) => {
    if (message.method === 'killCore') void core?.terminate();
    else if (message.method === 'hangCore') hang();
  });
}
