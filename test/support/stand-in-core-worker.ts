/** A core that misbehaves on request, for testing those who watch it. Speaks the real contract, knows no alarms. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import { AppError } from '../../main/errors.ts';
import { os } from '../../main/router.ts';
import type { CoreWorkerData, FromCore, ToCore } from '../../main/shells/core-protocol.ts';
import { connectPowers } from '../../main/shells/powers-link.ts';
import { startingState } from '../../main/shells/core-watch.ts';
import type { DeskState } from '../../preload/contract/desk.ts';

const shell = parentPort!;
const { settings, powers: powersPort, beatMs } = workerData as CoreWorkerData;
const powers = connectPowers(powersPort);
const say = (message: FromCore): void => shell.postMessage(message, []);
const signals: string[] = [];

const quiet: DeskState = { ...startingState(Date.now()), blind: [], enabledSources: 2 };

async function misbehave(url: string): Promise<boolean> {
  const { pathname } = new URL(url);
  switch (pathname) {
    case '/exit':
      process.exit(7);
      break;
    case '/throw':
      setImmediate(() => {
        throw new Error('thrown on purpose');
      });
      break;
    case '/hang': {
      const until = Date.now() + Number(new URL(url).searchParams.get('ms') ?? 1e9);
      while (Date.now() < until) {
        // Nothing else runs meanwhile, not even the heartbeat.
      }
      break;
    }
    case '/typed':
      throw new AppError('conflict', 'Somebody was faster.', { next: 'Look again.' });
    case '/bug':
      throw new Error('a bug with a secret inside');
    case '/secret':
      await powers.secrets.set('key', 'value');
      return (await powers.secrets.get('key')) === 'value';
    case '/refused':
      await powers.secrets.delete('locked');
      break;
    default:
      return powers.openLink(url);
  }
  return true;
}

const handler = new RPCHandler({
  system: {
    ping: os.system.ping.handler(() => ({ at: new Date().toISOString() })),
    openLink: os.system.openLink.handler(async ({ input }) => ({
      isOpened: await misbehave(input.url),
    })),
    saveFile: os.system.saveFile.handler(({ input }) => ({
      isHandled: true,
      path: `${input.text.length}:${signals.join(',')}`,
    })),
  },
  desk: {
    state: os.desk.state.handler(() => quiet),
    watch: os.desk.watch.handler(async function* () {
      try {
        for (let alarmId = 1; ; alarmId += 1) {
          yield { type: 'changed' as const, topic: 'alarms' as const, ids: [alarmId] };
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      } finally {
        signals.push('stream closed');
      }
    }),
  },
});

function connect(port: MessagePort): void {
  handler.upgrade(port);
  port.start();
}

process.on('unhandledRejection', () => {});
setInterval(() => say({ type: 'beat' }), beatMs);
shell.on('message', (message: ToCore) => {
  if (message.type === 'connect') connect(message.port);
  else if (message.type === 'signal') signals.push(message.signal.type);
  else say({ type: 'stopped' });
});

if (settings.version === 'fails') {
  say({ type: 'failed', code: 'store.unavailable', message: 'In use.', next: 'Quit the other.' });
} else if (settings.version === 'dies') {
  process.exit(3);
} else {
  say({ type: 'ready' });
  await powers.showDeskState(quiet);
}
