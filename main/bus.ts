/**
 * What one domain tells the others, inside the core.
 *
 * Listeners run synchronously inside the sender's transaction, so that what follows from a change (a timeline entry, a
 * decision) is stored with it or not at all. Effects outside the store go through `WritableDb.afterCommit`.
 */
import type {
  AlarmId,
  EpisodeId,
  Freshness,
  IncidentId,
  RunId,
  SourceId,
} from '../preload/contract/common.ts';
import type { Decision } from '../preload/contract/notifications.ts';
import type { Intent } from '../preload/contract/outbox.ts';
import type { StepState } from '../preload/contract/runbooks.ts';
import type { Settings } from '../preload/contract/settings.ts';
import type { AlarmChange } from './alarms/alarm.ts';
import type { KeptEpisode } from './alarms/passed.ts';

/** As little as anybody asks for, since there may be thousands. */
export interface ChangedIntent extends Pick<
  Intent,
  'kind' | 'state' | 'sourceId' | 'alarmId' | 'createdAt'
> {
  /** The alarms that a changed silence hid. Otherwise it is about its own alarm, if it has one. */
  readonly hidden?: readonly AlarmId[];
}

/** Times are milliseconds since the epoch by our clock. */
export interface BusEvents {
  'alarms.changed': {
    sourceId: SourceId;
    sourceName: string;
    changes: readonly AlarmChange[];
    at: number;
  };
  /** What fired and cleared while nobody looked: over, and unseen. */
  'alarms.passed': {
    sourceId: SourceId;
    sourceName: string;
    episodes: readonly KeptEpisode[];
    at: number;
  };
  /** A source that was not looked at for a while is read again, and was asked what happened meanwhile. */
  'source.caughtUp': {
    sourceId: SourceId;
    sourceName: string;
    fromMs: number;
    untilMs: number;
    /** What fired and cleared meanwhile and was not known. */
    passed: number;
    /** Whether it could tell. */
    tells: 'all' | 'part' | 'nothing';
    /** Why it could not, for people; null when it could. */
    reason: string | null;
    at: number;
  };
  'source.changed': {
    sourceId: SourceId;
    sourceName: string;
    before: Freshness;
    after: Freshness;
    reason: string | null;
    at: number;
  };
  /** All that changed together: a bulk acknowledgement is one event. */
  'intents.changed': { intents: readonly ChangedIntent[]; at: number };
  'decisions.made': {
    decisions: readonly (Decision & { episodeId: EpisodeId | null })[];
    at: number;
  };
  'step.set': {
    runId: RunId;
    alarmId: AlarmId | null;
    incidentId: IncidentId | null;
    runbookTitle: string;
    number: number;
    text: string;
    state: StepState;
    at: number;
  };
  'command.copied': {
    runId: RunId;
    alarmId: AlarmId | null;
    incidentId: IncidentId | null;
    number: number;
    command: string;
    at: number;
  };
  /** A command of a step was run on this computer and is over. `at`: when it was started. */
  'command.ran': {
    executionId: number;
    runId: RunId;
    alarmId: AlarmId | null;
    incidentId: IncidentId | null;
    number: number;
    /** For people: `ended with 0 after 3 s`. */
    how: string;
    command: string;
    /** Shortened, without secrets. */
    output: string;
    at: number;
  };
  /** A query of a step was asked of a source, and answered. */
  'query.asked': {
    runId: RunId;
    alarmId: AlarmId | null;
    incidentId: IncidentId | null;
    number: number;
    sourceName: string;
    query: string;
    /** For people: the newest value of each series, a line each. */
    answer: string;
    at: number;
  };
  /** An action of one's own was opened, copied or run. `code`: the address or command, and what it printed. */
  'custom_action.done': { alarmId: AlarmId; text: string; code: string; at: number };
  'alarm.noted': { alarmId: AlarmId; text: string; at: number };
  'settings.changed': { settings: Settings; at: number };
  /** Sources were added, changed or removed, here or in the configuration file. Ask the settings for them. */
  'sources.configured': { at: number };
  /** The machine slept, the network changed, or the clock jumped; `fromMs` to `at` is the time nobody looked. */
  'gap.ended': {
    fromMs: number;
    at: number;
    reason: 'sleep' | 'network' | 'clock';
    /** How far the clock was set; 0 unless that is the reason. */
    jumpMs?: number;
  };
}

type Listener<Name extends keyof BusEvents> = (event: BusEvents[Name]) => void;

export class Bus {
  readonly #listeners = new Map<keyof BusEvents, Set<Listener<never>>>();

  on<Name extends keyof BusEvents>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof BusEvents>(name: Name, event: BusEvents[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as Listener<Name>)(event);
  }
}
