/**
 * Carries `Powers` over a MessagePort: the shell's main thread serves them, the core's worker thread calls them.
 *
 * Arguments and answers are plain data, so the structured clone of the port is all the encoding there is. A refusal
 * keeps its code and its next step when it is an `AppError`.
 */
import type { MessagePort } from 'node:worker_threads';
import { ErrorDetail, errorCodes, type ErrorCode } from '../../preload/contract/errors.ts';
import { AppError, errorText } from '../errors.ts';
import type { Powers } from './powers.ts';

/** The powers as flat methods, from which both sides are typed. */
interface PowerMethods {
  notify: Powers['notify'];
  withdraw: Powers['withdraw'];
  showDeskState: Powers['showDeskState'];
  'secrets.describe': Powers['secrets']['describe'];
  'secrets.get': Powers['secrets']['get'];
  'secrets.set': Powers['secrets']['set'];
  'secrets.delete': Powers['secrets']['delete'];
  openLink: Powers['openLink'];
  findProxy: Powers['findProxy'];
  saveFile: Powers['saveFile'];
  describe: Powers['describe'];
}
type PowerName = keyof PowerMethods;

interface Call {
  readonly id: number;
  readonly name: PowerName;
  readonly args: readonly unknown[];
}
type Answer =
  | { readonly id: number; readonly isOk: true; readonly value: unknown }
  | { readonly id: number; readonly isOk: false; readonly error: Refusal };
interface Refusal {
  readonly message: string;
  readonly code: ErrorCode | null;
  readonly next: string;
  readonly isRetryable: boolean;
}

function toRefusal(error: unknown): Refusal {
  return error instanceof AppError
    ? { message: error.message, code: error.code, next: error.next, isRetryable: error.isRetryable }
    : { message: errorText(error), code: null, next: '', isRetryable: false };
}

function fromRefusal(refusal: Refusal): Error {
  const { code, message } = refusal;
  if (code === null || !errorCodes.includes(code)) return new Error(message);
  return new AppError(code, message, ErrorDetail.parse(refusal));
}

/** Answers calls of the core until the port closes. */
export function servePowers(port: MessagePort, powers: Powers): void {
  const methods: Record<PowerName, (...args: never[]) => Promise<unknown>> = {
    notify: powers.notify,
    withdraw: powers.withdraw,
    showDeskState: powers.showDeskState,
    'secrets.describe': powers.secrets.describe,
    'secrets.get': powers.secrets.get,
    'secrets.set': powers.secrets.set,
    'secrets.delete': powers.secrets.delete,
    openLink: powers.openLink,
    findProxy: powers.findProxy,
    saveFile: powers.saveFile,
    describe: powers.describe,
  } satisfies PowerMethods;
  port.on('message', ({ id, name, args }: Call) => {
    const answer = async (): Promise<Answer> => {
      try {
        return { id, isOk: true, value: await methods[name](...(args as never[])) };
      } catch (error) {
        return { id, isOk: false, error: toRefusal(error) };
      }
    };
    void answer().then((message) => port.postMessage(message));
  });
}

/** The powers as seen from the worker. Every open call is refused when the shell goes away. */
export function connectPowers(port: MessagePort): Powers {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  let isClosed = false;
  port.on('message', (answer: Answer) => {
    const call = open.get(answer.id);
    open.delete(answer.id);
    if (answer.isOk) call?.resolve(answer.value);
    else call?.reject(fromRefusal(answer.error));
  });
  port.on('close', () => {
    isClosed = true;
    for (const call of open.values()) call.reject(gone());
    open.clear();
  });

  const call =
    <Name extends PowerName>(name: Name) =>
    (...args: Parameters<PowerMethods[Name]>): ReturnType<PowerMethods[Name]> =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(gone());
        lastId += 1;
        open.set(lastId, { resolve, reject });
        port.postMessage({ id: lastId, name, args } satisfies Call);
      }) as ReturnType<PowerMethods[Name]>;

  return {
    notify: call('notify'),
    withdraw: call('withdraw'),
    showDeskState: call('showDeskState'),
    secrets: {
      describe: call('secrets.describe'),
      get: call('secrets.get'),
      set: call('secrets.set'),
      delete: call('secrets.delete'),
    },
    openLink: call('openLink'),
    findProxy: call('findProxy'),
    saveFile: call('saveFile'),
    describe: call('describe'),
  };
}

const gone = (): AppError =>
  new AppError('shell.unsupported', 'The window that Nightdesk runs in is closing.', {
    next: 'Start Nightdesk again.',
  });
