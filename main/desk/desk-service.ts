/**
 * The desk: computes what can be said now, tells windows and shell, and notices when nobody looked for a while.
 *
 * The state is computed from facts whenever somebody asks, never kept: nothing has to say that it is out of date.
 */
import { uptime } from 'node:os';
import { AlarmId, type SourceId } from '../../preload/contract/common.ts';
import type { DeskEvent, DeskNotice, DeskState } from '../../preload/contract/desk.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { AlarmService } from '../alarms/alarm-service.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import type { Bus } from '../bus.ts';
import { toInstant, type Clock } from '../clock.ts';
import { createLogger } from '../logging.ts';
import type { Powers, ShellSignal } from '../shells/powers.ts';
import type { WritableDb } from '../store/database.ts';
import { deskState, isSameState, tally, type Tally } from './desk-state.ts';
import {
  clockNotice,
  GapWatch,
  leastToldMs,
  outageNotice,
  sleepNotice,
  type Gap,
  type Reading,
} from './gaps.ts';
import { GapReport } from './gap-report.ts';
import { Mailbox } from './mailbox.ts';
import { createNotices } from './notices.ts';
import { Outages } from './outages.ts';
import type { Windows } from './windows.ts';

const log = createLogger('desk');

export interface DeskDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly powers: Pick<Powers, 'showDeskState'>;
  readonly settings: {
    current(): Pick<Settings, 'timeZone'>;
    problem(): {
      readonly title: string;
      readonly message: string;
      readonly next: string;
      readonly isBlind: boolean;
      readonly since: number;
    } | null;
  };
  readonly sources: { healths(): Iterable<readonly [SourceId, SourceHealth]> };
  readonly alarms: Pick<AlarmService, 'conditions' | 'revision' | 'unseenCount'>;
  readonly outbox: { counts(): { open: number; failed: number } };
  /** Milliseconds since the machine was started, its sleep included. */
  readonly uptime?: () => number;
  readonly tickMs?: number;
}

export interface Desk {
  state(): DeskState;
  /** The state at once, then whatever a window must know; ends with the signal. */
  watch(signal: AbortSignal | undefined): AsyncGenerator<DeskEvent, void>;
  /** Newest first, without those dismissed. */
  notices(): DeskNotice[];
  addNotice(kind: DeskNotice['kind'], title: string, text: string): void;
  dismissNotice(id: number): void;
  signal(signal: ShellSignal): void;
  start(): void;
  stop(): void;
}

/** A window that hears nothing for six seconds is blind. */
const beatMs = 2_000;
const defaultTickMs = 1_000;
/** How long a clicked notification waits for a window to open. */
const showWaitMs = 60_000;

export function createDesk(deps: DeskDeps): Desk {
  const { db, clock, bus, windows, powers, settings, sources, alarms, outbox } = deps;
  const uptimeMs = deps.uptime ?? (() => uptime() * 1_000);
  const notices = createNotices({ db, clock, windows });
  const reading = (): Reading => ({
    wall: clock.now(),
    monotonic: clock.monotonic(),
    uptime: uptimeMs(),
  });

  const gapWatch = new GapWatch(reading());
  const untell: (() => void)[] = [];
  const mailboxes = new Set<Mailbox>();
  let timer: NodeJS.Timeout | null = null;
  let last: DeskState | null = null;
  let beatAt = -Infinity;
  let isDue = false;
  let isStopped = false;
  let counted: { revision: number; paused: string; tally: Tally } | null = null;
  let waitingShow: { alarmId: AlarmId; at: number } | null = null;
  let problemTold: { key: string; noticeId: number | null } | null = null;

  const report = new GapReport({
    clock,
    healths: () => sources.healths(),
    stillFiring: () => state().counts.firing,
    tell(gap, result) {
      const { title, text } = sleepNotice(gap, result, settings.current().timeZone);
      addNotice('gap', title, text);
    },
  });

  const outages = new Outages({
    clock,
    tell(told) {
      const { timeZone } = settings.current();
      const { title, text } = outageNotice(told, state().counts.firing, timeZone);
      addNotice('gap', title, text);
    },
  });

  // ---- state

  /** Counting 50,000 alarms every second would be work for nothing. */
  function tallied(healths: readonly (readonly [SourceId, SourceHealth])[]): Tally {
    const paused = new Set(healths.filter(([, { isEnabled }]) => !isEnabled).map(([id]) => id));
    const key = [...paused].join('\n');
    const revision = alarms.revision();
    if (counted === null || counted.revision !== revision || counted.paused !== key) {
      const result = tally(alarms.conditions(), (id) => !paused.has(id));
      counted = { revision, paused: key, tally: result };
    }
    return counted.tally;
  }

  function state(): DeskState {
    const healths = [...sources.healths()];
    const problem = settings.problem();
    return deskState({
      at: toInstant(clock.now()),
      tally: tallied(healths),
      healths,
      unseen: alarms.unseenCount(),
      outbox: outbox.counts(),
      configuration:
        problem !== null && problem.isBlind
          ? { since: toInstant(problem.since), reason: problem.message, next: problem.next }
          : null,
    });
  }

  // ---- telling

  let showing = false;
  let toShow: DeskState | null = null;

  /** One at a time, and then the newest: a slow shell is never shown an old state last. */
  async function show(next: DeskState): Promise<void> {
    toShow = next;
    if (showing) return;
    showing = true;
    while (toShow !== null) {
      const current: DeskState = toShow;
      toShow = null;
      try {
        await powers.showDeskState(current);
      } catch (error) {
        log.warn('shell did not show the desk state', { error });
      }
    }
    showing = false;
  }

  function publish(): void {
    isDue = false;
    if (isStopped) return;
    const next = state();
    const isChanged = last === null || !isSameState(last, next);
    const now = clock.monotonic();
    if (isChanged || now - beatAt >= beatMs - 100) {
      beatAt = now;
      for (const mailbox of mailboxes) mailbox.put({ type: 'state', state: next });
    }
    if (!isChanged) return;
    last = next;
    void show(next);
  }

  /** Once per turn of the loop, however much changed in it. */
  function publishSoon(): void {
    if (isDue || isStopped) return;
    isDue = true;
    setImmediate(() => guarded(publish));
  }

  /** In a timer nobody hears an exception; the next tick tries again. */
  function guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      isDue = false;
      log.error('desk could not be told', { error });
    }
  }

  function addNotice(kind: DeskNotice['kind'], title: string, text: string): number | null {
    try {
      return notices.add(kind, title, text);
    } catch (error) {
      log.warn('notice could not be stored', { title, error });
      return null;
    }
  }

  /** Said when it begins, taken back when it is over. */
  function tellProblem(): void {
    const problem = settings.problem();
    const key = problem === null ? null : `${problem.title}\n${problem.message}`;
    if (problemTold?.key === key || (problemTold === null && key === null)) return;
    if (problemTold !== null && problemTold.noticeId !== null) {
      const { noticeId } = problemTold;
      guarded(() => notices.dismiss(noticeId));
    }
    problemTold =
      problem === null || key === null
        ? null
        : {
            key,
            noticeId: addNotice('problem', problem.title, `${problem.message} ${problem.next}`),
          };
  }

  // ---- gaps

  function endGap(gap: Gap | null): void {
    if (gap === null) return;
    const { fromMs, at, reason } = gap;
    log.info('nobody looked for a while', { reason, ms: at - fromMs });
    if (reason === 'sleep' && at - fromMs >= leastToldMs) report.begin(gap);
    guarded(() =>
      db.transaction(() => bus.emit('gap.ended', { fromMs, at, reason, jumpMs: gap.jumpMs })),
    );
    if (reason === 'clock' && Math.abs(gap.jumpMs) >= leastToldMs) {
      const { title, text } = clockNotice(gap);
      addNotice('gap', title, text);
    }
    publishSoon();
  }

  function tick(): void {
    guarded(() => endGap(gapWatch.tick(reading())));
    guarded(() => report.look());
    guarded(() => outages.look());
    guarded(tellProblem);
    guarded(publish);
  }

  return {
    state,
    notices: () => notices.list(),
    addNotice,
    dismissNotice: (id) => notices.dismiss(id),

    async *watch(signal) {
      const mailbox = new Mailbox();
      mailbox.put({ type: 'state', state: state() });
      if (waitingShow !== null && clock.monotonic() - waitingShow.at < showWaitMs) {
        mailbox.put({ type: 'show', alarmId: waitingShow.alarmId });
      }
      waitingShow = null;
      const leave = windows.open((event) => mailbox.put(event));
      const close = (): void => mailbox.close();
      if (isStopped || signal?.aborted === true) close();
      signal?.addEventListener('abort', close);
      mailboxes.add(mailbox);
      try {
        while (!mailbox.isClosed) {
          const events = mailbox.take();
          if (events.length === 0) await mailbox.next();
          yield* events;
        }
      } finally {
        mailboxes.delete(mailbox);
        signal?.removeEventListener('abort', close);
        leave();
      }
    },

    signal(signal) {
      switch (signal.type) {
        case 'suspended':
          gapWatch.suspended(reading());
          break;
        case 'resumed':
          endGap(gapWatch.resumed(reading()));
          break;
        case 'network_changed': {
          // First what the clocks say: networks change when a machine wakes up.
          endGap(gapWatch.tick(reading()));
          const at = clock.now();
          endGap({ fromMs: at, at, reason: 'network', jumpMs: 0 });
          break;
        }
        case 'notification_clicked': {
          const alarmId = AlarmId.safeParse(signal.alarmId);
          if (!alarmId.success) break;
          if (mailboxes.size === 0) {
            waitingShow = { alarmId: alarmId.data, at: clock.monotonic() };
          } else windows.send({ type: 'show', alarmId: alarmId.data });
          break;
        }
      }
    },

    start() {
      const soon = (): void => db.afterCommit(publishSoon);
      untell.push(
        bus.on('alarms.changed', (event) => {
          report.note(event);
          outages.note(event);
          soon();
        }),
        bus.on('source.changed', (event) => {
          outages.sight(event);
          soon();
        }),
        bus.on('source.caughtUp', (event) => outages.caughtUp(event, report.caughtUp(event))),
        bus.on('intents.changed', soon),
        bus.on('sources.configured', soon),
        // Whatever a window must ask for again may change what the desk says.
        windows.open(({ type }) => {
          if (type === 'changed') publishSoon();
        }),
      );
      tick();
      timer = setInterval(tick, deps.tickMs ?? defaultTickMs);
    },

    stop() {
      isStopped = true;
      if (timer !== null) clearInterval(timer);
      timer = null;
      for (const end of untell.splice(0)) end();
      for (const mailbox of mailboxes) mailbox.close();
    },
  };
}
