/**
 * The one rule engine that decides notification, sound and repetition. It listens on the bus inside the sender's
 * transaction and stores every decision with its reason, the silent ones too; after the commit it hands over.
 */
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { Decision, NotificationClass } from '../../preload/contract/notifications.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { AlarmService } from '../alarms/alarm-service.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import { isInSight } from '../alarms/origins.ts';
import type { Bus, BusEvents } from '../bus.ts';
import { toInstant, type Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { notFound } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { Powers } from '../shells/powers.ts';
import type { WritableDb } from '../store/database.ts';
import { createBlindWatch } from './blind-watch.ts';
import { splitUnseen } from './catch-up.ts';
import { decide, hoursWords, settledEpisodes, type Facts, type Judgement } from './decide.ts';
import { createDecisionStore, lostReason, type StoredDecision } from './decision-store.ts';
import { createDelivery } from './delivery.ts';
import { createDispatch, type Item } from './dispatch.ts';
import { isWithinHours } from '../local-time.ts';
import { compilePolicy, routeOf, type Policy } from './policy.ts';
import { createIdleAcknowledgements, stillOnIt } from './idle-acknowledgements.ts';
import { createReminderRounds } from './reminder-rounds.ts';
import { alarmText, keyOf, testText, titleOf } from './texts.ts';

const log = createLogger('notifications');

/** The clocks may jump, so the timer looks again at least this often; and never in a tight loop. */
const longestSleepMs = 30_000;
const shortestSleepMs = 100;
/** What an earlier run left unfinished is looked for this far back. */
const unfinishedMs = 86_400_000;
/** Who was woken longer ago is awake by now. */
const pagesForMs = 86_400_000;

export interface NotificationDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly powers: Pick<Powers, 'notify' | 'withdraw'>;
  readonly settings: { current(): Settings };
  readonly alarms: Pick<
    AlarmService,
    'get' | 'compileQuery' | 'isUnseen' | 'joinedWith' | 'flapping' | 'recordEvent'
  >;
  readonly sources: { health(sourceId: SourceId): SourceHealth | undefined };
  /** Says on the desk that pages do not reach the screen. */
  readonly addNotice?: (kind: 'problem', title: string, text: string) => void;
}

export interface NotificationService {
  list(limit: number): Decision[];
  /** Of the last 24 hours, sent or refused by the system. */
  pages(): Decision[];
  /** Exercises the real path, and answers what really happened. */
  test(notificationClass: NotificationClass): Promise<{
    isDelivered: boolean;
    carrier: string | null;
    message: string;
  }>;
  /** The person says that they are at it: it is not asked for a while. @throws AppError */
  onIt(alarmId: AlarmId): void;
  /** Does what is due now. The timer calls it. */
  tick(): void;
  start(): void;
  stop(): void;
}

export function createNotifications(deps: NotificationDeps): NotificationService {
  const { db, clock, bus, windows, alarms, sources, settings } = deps;
  const store = createDecisionStore(db);
  let compiled: Policy | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isRunning = false;

  const policy = (): Policy => {
    compiled ??= compilePolicy(settings.current(), (text) => alarms.compileQuery(text));
    return compiled;
  };
  const alarm = (id: AlarmId) => alarms.get(id);
  const health = (id: SourceId) => sources.health(id);

  const delivery = createDelivery({
    db,
    clock,
    bus,
    windows,
    powers: deps.powers,
    store,
    isSoundOn: () => settings.current().isSoundOn,
    isOpen: ({ alarmId }) => alarmId === null || alarm(alarmId as AlarmId)?.status === 'firing',
    sayTrouble: (reason) =>
      deps.addNotice?.(
        'problem',
        'Pages do not reach the screen of this computer',
        `The system refused the last one: ${reason}. Their sound plays while a window is open. Look at the triage list, keep your pager, and test it under Settings.`,
      ),
    wake: () => wake(),
  });
  const dispatch = createDispatch({
    db,
    clock,
    bus,
    windows,
    store,
    delivery,
    policy,
    alarm,
    wake: () => wake(),
  });
  const reminders = createReminderRounds({
    db,
    clock,
    store,
    dispatch,
    policy,
    alarm,
    health,
    joinedWith: (id) => alarms.joinedWith(id),
  });
  const idle = createIdleAcknowledgements({
    db,
    clock,
    dispatch,
    policy,
    settings,
    alarm,
    sourceName: ({ sourceId }) => health(sourceId)?.name ?? sourceId,
  });
  const blindWatch = createBlindWatch({
    db,
    clock,
    dispatch,
    delivery,
    policy,
    health,
    wake: () => wake(),
  });

  function wake(): void {
    if (!isRunning) return;
    const now = clock.monotonic();
    const reminderAt = reminders.dueAt();
    const sleeps = [delivery.dueAt(), dispatch.dueAt(), blindWatch.dueAt()]
      .filter((at) => at !== null)
      .map((at) => at - now);
    if (reminderAt !== null) sleeps.push(reminderAt - clock.now());
    const sleepMs = Math.max(shortestSleepMs, Math.min(longestSleepMs, ...sleeps));
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(tick, sleepMs);
    timer.unref();
  }

  function tick(): void {
    for (const part of [
      () => delivery.retryDue(clock.monotonic()),
      () => dispatch.flush(),
      () => blindWatch.tick(),
      () => reminders.tick(),
      () => idle.tick(),
    ]) {
      try {
        part();
      } catch (error) {
        log.error('what was due could not be done', { error });
      }
    }
    wake();
  }

  const facts: Facts = {
    wasTold: (episodeId) => store.wasTold(episodeId),
    flapping: ({ id }) => alarms.flapping(id),
    joined: ({ id }) =>
      alarms.joinedWith(id).map((other) => ({
        alarm: other,
        sourceName: health(other.sourceId)?.name ?? other.sourceId,
        isInSight: isInSight(health(other.sourceId)),
      })),
  };

  const alarmsChanged = ({ changes, sourceName, at }: BusEvents['alarms.changed']): void => {
    const judgements = decide(changes, {
      sourceName,
      atMs: at,
      policy: policy(),
      facts,
    });
    for (const episodeId of settledEpisodes(changes)) store.settle(episodeId);

    const decisionOf = (judgement: Judgement): StoredDecision => ({
      at: toInstant(at),
      alarmId: judgement.alarm.id,
      episodeId: judgement.episodeId,
      sourceId: judgement.alarm.sourceId,
      class: judgement.class,
      occasion: judgement.occasion,
      outcome: judgement.isTold ? 'sent' : 'not_sent',
      reason: judgement.reason,
      carrier: null,
    });
    const silent: StoredDecision[] = [];
    const items: Item[] = [];
    for (const judgement of judgements) {
      const { alarm: about, occasion, episodeId } = judgement;
      if (judgement.isRepeated && episodeId !== null) reminders.owe(episodeId, about.id, at);
      if (!judgement.isTold) {
        silent.push(decisionOf(judgement));
        continue;
      }
      items.push({
        class: judgement.class,
        occasion,
        alarmId: about.id,
        severity: about.severity,
        isUnseen: alarms.isUnseen(about.id),
        decisions: [decisionOf(judgement)],
        title: () => titleOf(about),
        text: () => alarmText(judgement, sourceName),
      });
    }
    db.afterCommit(() => {
      for (const { kind, alarm: about } of changes) {
        if (kind !== 'fired' && about.status !== 'firing') delivery.withdraw(keyOf(about.id));
      }
    });
    dispatch.issue({ silent, ...splitUnseen(items, ({ isUnseen }) => isUnseen) }, at);
  };

  const finishEarlierRun = (): void => {
    const now = clock.now();
    const from = toInstant(now - unfinishedMs);
    db.transaction(() => {
      for (const { id, episodeId, reason } of store.unanswered(from)) {
        store.setFailed(id, `${reason}; ${lostReason}`);
        if (episodeId !== null) store.hasten(episodeId, now);
      }
    });
    dispatch.restore(store.unsummarised(from));
  };

  const stopListening = [
    bus.on('alarms.changed', alarmsChanged),
    bus.on('alarms.passed', ({ episodes, at }) => {
      const silent = episodes.map(({ alarm: about, episodeId }): StoredDecision => {
        const isPage = routeOf(about, policy()).route === 'page';
        return {
          at: toInstant(at),
          alarmId: about.id,
          episodeId,
          sourceId: about.sourceId,
          class: isPage ? 'page' : 'notice',
          occasion: 'fired',
          outcome: 'not_sent',
          reason: 'it had cleared before anybody could look',
          carrier: null,
        };
      });
      dispatch.issue({ silent, singly: [], bundled: [] }, at);
    }),
    bus.on('source.changed', (event) => blindWatch.changed(event)),
    bus.on('settings.changed', ({ settings: { repeatPageEveryMs }, at }) => {
      compiled = null;
      store.hastenAll(at + repeatPageEveryMs);
      db.afterCommit(() => {
        reminders.lookAgain();
        wake();
      });
    }),
    bus.on('intents.changed', ({ intents }) =>
      db.afterCommit(() => {
        for (const { kind, state, alarmId } of intents) {
          // Somebody has it in hand. Should the upstream refuse, the reminder comes at once.
          if (kind === 'acknowledge' && state === 'queued' && alarmId !== null) {
            delivery.withdraw(keyOf(alarmId));
          }
        }
        reminders.lookAgain();
        wake();
      }),
    ),
    bus.on('gap.ended', () => reminders.settle()),
  ];

  return {
    list: (limit) => store.newest(limit),
    pages: () => store.pages(toInstant(clock.now() - pagesForMs)),

    onIt(alarmId) {
      const about = alarm(alarmId);
      if (about === undefined) throw notFound('This alarm');
      alarms.recordEvent({
        alarmId,
        episodeId: about.episodeId,
        sourceId: about.sourceId,
        kind: stillOnIt,
        origin: 'you',
        text: 'Still on it',
        at: toInstant(clock.now()),
      });
      delivery.withdraw(keyOf(alarmId));
    },

    async test(notificationClass) {
      const at = clock.now();
      const decision: StoredDecision = {
        at: toInstant(at),
        alarmId: null,
        episodeId: null,
        sourceId: null,
        class: notificationClass,
        occasion: 'test',
        outcome: 'sent',
        reason: 'you asked for a test',
        carrier: null,
      };
      const id = db.transaction(() => {
        bus.emit('decisions.made', { decisions: [decision], at });
        return store.add(decision);
      });
      const { outcome, isHeard } = await delivery.test({
        outgoing: testText(notificationClass),
        decisions: [{ id, decision }],
      });
      const { isSoundOn, quietHours, timeZone } = settings.current();
      const sound = isHeard
        ? 'Its sound was sent to the open window; if you heard nothing, look at the volume and click into the window once.'
        : isSoundOn
          ? 'No window is open, so no sound was played.'
          : 'Sound is switched off in the settings.';
      const quiet =
        notificationClass === 'notice' && isWithinHours(quietHours, timeZone, at)
          ? ` A real notice would be held back now: ${hoursWords(policy())}.`
          : '';
      return {
        isDelivered: outcome.isShown,
        carrier: outcome.isShown ? outcome.carrier : null,
        message: outcome.isShown
          ? `${outcome.carrier} took it. ${sound}${quiet}`
          : `It was not shown: ${outcome.reason}. ${sound}${quiet}`,
      };
    },

    tick,

    start() {
      isRunning = true;
      reminders.settle();
      finishEarlierRun();
      reminders.lookAgain();
      wake();
    },

    stop() {
      isRunning = false;
      if (timer !== null) clearTimeout(timer);
      for (const stop of stopListening) stop();
      delivery.stop();
    },
  };
}
