/** The web shell: the same product on 127.0.0.1, for machines without an Electron runtime. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, errorText } from '../../errors.ts';
import { createLogger, openLog } from '../../logging.ts';
import { createNodeNotifierCarrier } from '../../notifications/node-notifier-carrier.ts';
import { CoreHost } from '../core-host.ts';
import { parseFlags, prepareLaunch } from '../launch.ts';
import { watchNetwork } from '../network-watch.ts';
import { openInBrowser } from './browser.ts';
import { openKeyringSecrets } from './keyring-secrets.ts';
import { startWebServer, type WebServer } from './server.ts';
import { createWebPowers } from './web-powers.ts';

const log = createLogger('web');
const builtFolder = dirname(fileURLToPath(import.meta.url));

function readVersion(): string {
  if (process.env.NIGHTDESK_VERSION !== undefined) return process.env.NIGHTDESK_VERSION;
  const packageFile = join(builtFolder, '..', '..', 'package.json');
  return String((JSON.parse(readFileSync(packageFile, 'utf8')) as { version: unknown }).version);
}

function sayFailure(error: unknown): void {
  log.error('Nightdesk could not start', { error });
  console.error(errorText(error));
  if (error instanceof AppError) console.error(error.next);
  process.exitCode = 1;
}

async function listen(port: number, host: CoreHost): Promise<WebServer> {
  try {
    return await startWebServer({
      rendererFolder: join(builtFolder, '..', 'renderer'),
      port,
      connect: () => host.connect(),
    });
  } catch (error) {
    throw new AppError(
      'shell.unsupported',
      `Nightdesk could not listen on 127.0.0.1, port ${port}: ${errorText(error)}`,
      {
        next: 'Choose another port with --port N, or leave the flag out for a free one.',
        cause: error,
      },
    );
  }
}

async function main(): Promise<void> {
  const { flags, settings, logFile } = prepareLaunch(
    parseFlags(process.argv.slice(2)),
    builtFolder,
    readVersion(),
  );
  openLog(logFile);
  const host = new CoreHost({
    workerFile: join(builtFolder, 'core-worker.js'),
    settings,
    logFile,
    powers: createWebPowers({
      carrier: createNodeNotifierCarrier(),
      secrets: await openKeyringSecrets(),
    }),
  });

  let server: WebServer | null = null;
  let isEnding = false;
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    void (async () => {
      await server?.close();
      await host.stop();
      process.exit(process.exitCode ?? 0);
    })();
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('SIGHUP', end);

  try {
    await host.start();
    server = await listen(flags.port, host);
  } catch (error) {
    sayFailure(error);
    end();
    return;
  }
  watchNetwork(() => host.signal({ type: 'network_changed' }));
  console.log(`Nightdesk is at ${server.url}`);
  if (flags.canOpenBrowser && openInBrowser(server.url, settings.dataFolder)) {
    console.log('Opening it in your browser.');
  }
  console.log('Press Ctrl+C to end it.');
}

main().catch((error: unknown) => {
  sayFailure(error);
  process.exit(1);
});
