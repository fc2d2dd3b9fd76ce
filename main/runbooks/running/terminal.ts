/**
 * A command in a terminal of its own, for programs that want one: they ask for passwords there, and read what a person
 * answers. It is a terminal of lines, not of screens: what moves the cursor is left out of the output.
 *
 * Only where the platform has terminals whose output are lines. Windows draws a screen and sends its changes.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { constants as system } from 'node:os';
import type { Socket } from 'node:net';
import type { IPty, spawn } from '@lydell/node-pty';
import { errorText } from '../../errors.ts';
import { createLogger } from '../../logging.ts';
import { createEnding } from './ending.ts';
import type { Ended, Launch, Running } from './process.ts';
import { followGroup, leaveGroup, signalGroup } from './process-group.ts';

const log = createLogger('terminal');

interface Pty {
  readonly spawn: typeof spawn;
}

export interface Terminals {
  /** False: this computer gave none when it was asked, so commands run without. */
  readonly isUsable: boolean;
  launch(input: Launch): Running;
}

/** As wide as anybody reads: programs cut their tables to it. */
const columns = 200;
const rows = 50;
/** Nothing was read for this long after the program ended: then there is nothing more. */
const quietMs = 200;
const endOfInput = '\u0004';

/** Null: there are none on this platform, or the optional module is not here. */
export async function loadTerminals(
  platform: NodeJS.Platform = process.platform,
  load: () => Promise<Pty> = () => import('@lydell/node-pty'),
): Promise<Terminals | null> {
  if (platform === 'win32') return null;
  try {
    return createTerminals(await load());
  } catch (error) {
    log.info('commands run without a terminal', { reason: errorText(error) });
    return null;
  }
}

const notStarted = (note: string): Running => ({
  pid: null,
  stop: () => {},
  ended: Promise.resolve({ state: 'not_started', exitCode: null, note }),
});

/** A terminal says so only in the output of the child. */
function whyNot({ file, folder }: Launch): string | null {
  try {
    if (!statSync(folder).isDirectory()) return 'The folder is none.';
    accessSync(file, constants.X_OK);
    return null;
  } catch (error) {
    const isMissing = (error as { code?: unknown }).code === 'ENOENT';
    return isMissing
      ? 'The shell or the folder does not exist.'
      : 'The shell may not be run by you.';
  }
}

/**
 * The module closes the terminal 200 ms after the program ended, whatever is still to be read. On a busy core that lost the
 * end of the output (https://github.com/microsoft/node-pty/issues/726). Here it stays open while there is something.
 */
function readToTheEnd(terminal: IPty): void {
  const socket = (terminal as unknown as { readonly _socket?: Socket })._socket;
  if (socket === undefined) return;
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error?: Error) => {
    if (error !== undefined && error !== null) return destroy(error);
    let read = socket.bytesRead;
    const look = (): void => {
      if (socket.destroyed) return;
      if (socket.bytesRead === read) destroy();
      else wait();
    };
    const wait = (): void => {
      read = socket.bytesRead;
      // Timers come before reading, and `setImmediate` after it.
      setTimeout(() => setImmediate(look), quietMs);
    };
    wait();
    return socket;
  };
}

const signalName = (number: number): string =>
  Object.entries(system.signals).find(([, value]) => value === number)?.[0] ?? String(number);

function createTerminals(pty: Pty): Terminals {
  let isUsable = true;

  function launch(input: Launch): Running {
    const why = whyNot(input);
    if (why !== null) return notStarted(why);
    let terminal: IPty;
    try {
      terminal = pty.spawn(input.file, [...input.args], {
        name: input.environment['TERM'] ?? 'dumb',
        cols: columns,
        rows,
        cwd: input.folder,
        env: { ...input.environment },
        // Bytes: a chunk may end within a letter.
        encoding: null,
      });
    } catch (error) {
      isUsable = false;
      return notStarted(
        `This computer gave no terminal (${errorText(error)}). The next command runs without.`,
      );
    }
    readToTheEnd(terminal);
    const { pid } = terminal;
    followGroup(pid);
    let isOver = false;
    const ending = createEnding({
      timeoutMs: input.timeoutMs,
      pid,
      letGo: () => signalGroup(pid, 'SIGKILL'),
    });
    // Typed as text, and bytes without an encoding.
    terminal.onData((data: unknown) =>
      input.onOutput('out', data instanceof Uint8Array ? data : Buffer.from(String(data))),
    );
    const ended = new Promise<Ended>((resolve) => {
      terminal.onExit(({ exitCode, signal }) => {
        isOver = true;
        ending.over();
        const isKilled = signal !== undefined && signal !== 0;
        const isLeft = signalGroup(pid, 'SIGKILL');
        leaveGroup(pid);
        resolve(
          ending.tell({
            code: isKilled ? null : exitCode,
            signal: isKilled ? signalName(signal) : null,
            isLeft,
          }),
        );
      });
    });
    return {
      pid,
      stop: () => ending.stop(),
      typeLine: (line) => {
        if (!isOver) terminal.write(line === null ? endOfInput : `${line}\r`);
      },
      ended,
    };
  }

  return {
    get isUsable() {
      return isUsable;
    },
    launch,
  };
}
