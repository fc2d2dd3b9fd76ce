/**
 * The core's own thread: a poll of 50,000 alarms never freezes a window, and a core that dies or hangs is seen by the
 * shell, because its heartbeat stops.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createCore, type Core } from './core.ts';
import { AppError, errorText } from './errors.ts';
import { keepHeapSmall } from './heap-keeper.ts';
import { createLogger, openLog } from './logging.ts';
import type { CoreWorkerData, FromCore, ToCore } from './shells/core-protocol.ts';
import { connectPowers } from './shells/powers-link.ts';

const log = createLogger('core');
const shell = parentPort;
if (shell === null) throw new Error('core-worker runs in a worker thread only');

const { settings, powers, logFile, beatMs } = workerData as CoreWorkerData;
openLog(logFile);

const say = (message: FromCore): void => shell.postMessage(message, []);
setInterval(() => say({ type: 'beat' }), beatMs);
keepHeapSmall();

// A request that cannot even be decoded (a frame that is no message) ends up here: it must not end the polling.
process.on('unhandledRejection', (error) => {
  log.error('a promise was rejected and nobody looked', { error });
});

let core: Core | null = null;
const waiting: ToCore[] = [];

async function take(message: ToCore): Promise<void> {
  if (message.type === 'stop') {
    try {
      await core?.stop();
    } catch (error) {
      log.error('the core did not stop in order', { error });
    }
    say({ type: 'stopped' });
    return;
  }
  if (core === null) waiting.push(message);
  else if (message.type === 'connect') core.connect(message.port);
  else core.signal(message.signal);
}

shell.on('message', (message: ToCore) => void take(message));

try {
  core = await createCore({
    ...settings,
    powers: connectPowers(powers),
    alive: () => say({ type: 'beat' }),
  });
  for (const message of waiting.splice(0)) void take(message);
  say({ type: 'ready' });
} catch (error) {
  log.error('the core did not start', { error });
  say(
    error instanceof AppError
      ? { type: 'failed', code: error.code, message: error.message, next: error.next }
      : {
          type: 'failed',
          code: 'internal',
          message: `Nightdesk could not start: ${errorText(error)}`,
          next: `Start it again. If it stays, report what is in ${logFile ?? 'the output'}.`,
        },
  );
}
