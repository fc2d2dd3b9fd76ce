/** What a shell's main thread and the core's worker thread say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { CoreOptions } from '../core.ts';
import type { ErrorCode } from '../../preload/contract/errors.ts';
import type { ShellSignal } from './powers.ts';

/** What the core is started with; powers come over their own port. */
export type CoreSettings = Omit<CoreOptions, 'powers' | 'clock'>;

export interface CoreWorkerData {
  readonly settings: CoreSettings;
  readonly powers: MessagePort;
  /** Null: to standard error. */
  readonly logFile: string | null;
  readonly beatMs: number;
}

export type ToCore =
  | { readonly type: 'connect'; readonly port: MessagePort }
  | { readonly type: 'signal'; readonly signal: ShellSignal }
  | { readonly type: 'stop' };

/** Why the core did not start, for people. */
export interface StartFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next: string;
}

export type FromCore =
  | { readonly type: 'beat' }
  | { readonly type: 'ready' }
  | ({ readonly type: 'failed' } & StartFailure)
  | { readonly type: 'stopped' };
