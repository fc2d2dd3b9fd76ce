/** The runtime with a second thread and nothing of ours: what the memory of the core is compared with. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const thread = new Worker('setInterval(() => {}, 1_000)', { eval: true });
await new Promise((resolve) => {
  thread.once('online', resolve);
});
await sleep(2_000);
process.send?.(process.memoryUsage.rss());
