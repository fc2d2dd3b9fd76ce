/**
 * Keeps the core alive in its worker thread, and the desk honest when it is not.
 *
 * A core that ends or falls silent makes the desk blind at once: the tray and the badge through `showDeskState`, the
 * windows by closing their ports. Then it is started again, more slowly each time it fails.
 */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { systemClock, type Clock } from '../clock.ts';
import { AppError, errorText } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { DeskState } from '../../preload/contract/desk.ts';
import type {
  CoreSettings,
  CoreWorkerData,
  FromCore,
  StartFailure,
  ToCore,
} from './core-protocol.ts';
import {
  blindState,
  defaultLimits,
  isCrashLoop,
  judge,
  restartDelay,
  startingState,
  troubleText,
  type WatchLimits,
} from './core-watch.ts';
import type { Powers, ShellSignal } from './powers.ts';
import { servePowers } from './powers-link.ts';

const log = createLogger('core-host');

export interface CoreHostOptions {
  /** The built worker; outside the asar archive, which worker threads cannot read. */
  readonly workerFile: URL | string;
  readonly settings: CoreSettings;
  readonly powers: Powers;
  readonly logFile: string | null;
  readonly clock?: Clock;
  readonly limits?: WatchLimits;
  /** Called when a core is ready again after an earlier one was lost. */
  readonly onRestart?: () => void;
}

const stopPatienceMs = 8_000;

export class CoreHost {
  readonly #options: CoreHostOptions;
  readonly #clock: Clock;
  readonly #limits: WatchLimits;
  readonly #clients = new Set<MessagePort>();
  readonly #crashesAt: number[] = [];
  #worker: Worker | null = null;
  #isReady = false;
  #wasReady = false;
  #isStopping = false;
  /** The core runs, but has been silent too long. */
  #isSilent = false;
  #lastBeat = 0;
  #lastTick = 0;
  #lastState: DeskState | null = null;
  /** Whether `#lastState` is a word of the core that runs now. */
  #hasSpoken = false;
  #failure: StartFailure | null = null;
  #settleStart: { resolve(): void; reject(error: Error): void } | null = null;
  #stopped: (() => void) | null = null;
  #ticker: NodeJS.Timeout | null = null;
  #restarter: NodeJS.Timeout | null = null;

  constructor(options: CoreHostOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#limits = options.limits ?? defaultLimits;
  }

  /** Resolves when the core is ready. @throws AppError when the first start failed, for example: data in use. */
  async start(): Promise<void> {
    this.#show(startingState(this.#clock.now()));
    const started = new Promise<void>((resolve, reject) => {
      this.#settleStart = { resolve, reject };
    });
    this.#lastTick = this.#clock.monotonic();
    this.#ticker = setInterval(() => this.#tick(), this.#limits.beatMs);
    this.#startWorker();
    await started;
  }

  /** A port to the core. Requests wait in it until the core is ready; it closes when the core is lost. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    if (this.#worker === null) {
      port1.close();
      return port2;
    }
    this.#clients.add(port2);
    port2.once('close', () => this.#clients.delete(port2));
    this.#tell({ type: 'connect', port: port1 }, [port1]);
    return port2;
  }

  signal(signal: ShellSignal): void {
    this.#tell({ type: 'signal', signal });
  }

  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    if (this.#ticker !== null) clearInterval(this.#ticker);
    if (this.#restarter !== null) clearTimeout(this.#restarter);
    const worker = this.#worker;
    if (worker === null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        log.warn('the core did not stop in time', { patienceMs: stopPatienceMs });
        resolve();
      }, stopPatienceMs);
      this.#stopped = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#tell({ type: 'stop' });
    });
    this.#closeClients();
    await worker.terminate();
  }

  #tell(message: ToCore, transfer: MessagePort[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #startWorker(): void {
    const channel = new MessageChannel();
    const { powers, settings, logFile, workerFile } = this.#options;
    this.#isReady = false;
    this.#failure = null;
    this.#hasSpoken = false;
    this.#isSilent = false;
    this.#lastBeat = this.#clock.monotonic();
    servePowers(channel.port1, { ...powers, showDeskState: (state) => this.#takeState(state) });
    const data: CoreWorkerData = {
      settings,
      powers: channel.port2,
      logFile,
      beatMs: this.#limits.beatMs,
    };
    const worker = new Worker(workerFile, {
      // Every poll of a large source is garbage a moment later; a larger young generation only keeps it resident.
      resourceLimits: { maxYoungGenerationSizeMb: 3 },
      name: 'nightdesk-core',
      workerData: data,
      transferList: [channel.port2],
    });
    this.#worker = worker;
    let detail = '';
    worker.on('message', (message: FromCore) => this.#take(message));
    worker.on('error', (error) => {
      detail = errorText(error);
      log.error('the core failed', { error });
    });
    worker.on('exit', (code) => {
      channel.port1.close();
      if (this.#worker !== worker) return;
      this.#stopped?.();
      this.#lose('ended', detail === '' ? `code ${code}` : detail);
    });
  }

  #take(message: FromCore): void {
    this.#lastBeat = this.#clock.monotonic();
    switch (message.type) {
      case 'beat':
        this.#recover();
        break;
      case 'ready':
        this.#becomeReady();
        break;
      case 'failed':
        this.#failure = message;
        void this.#worker?.terminate();
        break;
      case 'stopped':
        this.#stopped?.();
        break;
    }
  }

  #becomeReady(): void {
    this.#isReady = true;
    this.#settleStart?.resolve();
    this.#settleStart = null;
    if (this.#wasReady) {
      log.info('the core was started again');
      this.#options.onRestart?.();
    }
    this.#wasReady = true;
  }

  /** A core that was silent and speaks again: what it last said is still younger than any source's staleness. */
  #recover(): void {
    if (!this.#isSilent) return;
    log.info('the core answers again');
    this.#isSilent = false;
    if (this.#hasSpoken && this.#lastState !== null) this.#show(this.#lastState);
  }

  async #takeState(state: DeskState): Promise<void> {
    this.#lastState = state;
    this.#hasSpoken = true;
    this.#isSilent = false;
    await this.#options.powers.showDeskState(state);
  }

  #tick(): void {
    const now = this.#clock.monotonic();
    const lateMs = now - this.#lastTick - this.#limits.beatMs;
    this.#lastTick = now;
    // This very thread stood still (the laptop slept): so long the core's silence proves nothing. What came on top of it
    // does, or a thread that stalls again and again would never see that its core hangs.
    if (lateMs > this.#limits.beatMs * 2) this.#lastBeat = Math.min(now, this.#lastBeat + lateMs);
    if (this.#worker === null) return;
    const silentMs = now - this.#lastBeat;
    const verdict = judge(silentMs, !this.#isReady, this.#limits);
    if (verdict === 'alive') return;
    const detail = `silent for ${Math.round(silentMs / 1000)} s`;
    if (verdict === 'restart') {
      log.error('the core hung and was ended', { silentMs });
      void this.#worker.terminate();
      this.#lose('hung', detail);
    } else if (!this.#isSilent) {
      this.#isSilent = true;
      log.error('the core fell silent', { silentMs });
      this.#goBlind(troubleText({ kind: 'hung', detail, isLoop: false, delayMs: 0 }));
      this.#closeClients();
    }
  }

  #lose(kind: 'hung' | 'ended', detail: string): void {
    this.#worker = null;
    this.#closeClients();
    if (this.#isStopping) return;
    const failure = this.#failure;
    if (this.#settleStart !== null) {
      // The first start: whoever started us decides, trying again would only hide the reason.
      this.#isStopping = true;
      if (this.#ticker !== null) clearInterval(this.#ticker);
      this.#settleStart.reject(
        failure === null
          ? new AppError('core.unavailable', `Nightdesk's core did not start (${detail}).`, {
              next: 'Start Nightdesk again; the log says more.',
            })
          : new AppError(failure.code, failure.message, { next: failure.next }),
      );
      this.#settleStart = null;
      return;
    }
    const now = this.#clock.monotonic();
    this.#crashesAt.push(now);
    this.#crashesAt.splice(0, this.#crashesAt.length - 50);
    const delayMs = restartDelay(this.#crashesAt, now);
    const isLoop = isCrashLoop(this.#crashesAt, now);
    this.#goBlind(troubleText({ kind, detail: failure?.message ?? detail, isLoop, delayMs }));
    log.error('the core was lost', { kind, detail: failure?.message ?? detail, isLoop, delayMs });
    this.#restarter = setTimeout(() => this.#startWorker(), delayMs);
  }

  #goBlind(trouble: { reason: string; next: string }): void {
    const now = this.#clock.now();
    const silentMs = this.#clock.monotonic() - this.#lastBeat;
    this.#show(blindState(this.#lastState, { ...trouble, sinceMs: now - silentMs }, now));
  }

  #show(state: DeskState): void {
    this.#options.powers.showDeskState(state).catch((error: unknown) => {
      log.warn('the desk state could not be shown', { error });
    });
  }

  #closeClients(): void {
    for (const port of this.#clients) port.close();
    this.#clients.clear();
  }
}
