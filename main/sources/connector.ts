/** The code for one kind of source: `poll`, and the actions it supports. */
import type { z } from 'zod';
import type { Matcher } from '../../preload/contract/alarms.ts';
import type { Instant, Severity, SourceId } from '../../preload/contract/common.ts';
import type { SourceSettings, TestReport } from '../../preload/contract/sources.ts';
import type { KnownAlarm, ObservedAlarm, Snapshot } from '../alarms/alarm.ts';
import type { Clock } from '../clock.ts';
import type { HttpClient } from './http.ts';
import type { SourceError } from './source-error.ts';

export interface PollResult {
  readonly snapshot: Snapshot;
  readonly version: string | null;
  /** Upstream clock minus ours, from its Date header; null when it sent none. */
  readonly clockSkewMs: number | null;
  /** Not failures, but worth a person's eye. */
  readonly remarks: readonly string[];
  /**
   * The answer came and its alarms count, but it proves that what is behind it cannot be seen (a restart, a silent
   * heartbeat): the source is not live, for this reason.
   */
  readonly blind?: SourceError | null;
  /** Kept by the store between runs and given back as `memory`. The same object again: nothing to keep. */
  readonly memory?: Readonly<Record<string, unknown>>;
}

/** The alarm an action is about, as it was known when the action was made: complete in itself for a later send. */
export interface AboutAlarm {
  readonly externalId: string;
  /** What the connector put into the alarm's `refs`. */
  readonly refs: Readonly<Record<string, unknown>>;
}

/** What the upstream was asked to do. Complete in itself, so that it can be stored and sent after a crash. */
export type UpstreamAction =
  | ({
      readonly kind: 'acknowledge';
      readonly matchers: readonly Matcher[];
      readonly by: string;
      readonly note: string;
      readonly durationMs: number;
    } & AboutAlarm)
  | ({
      readonly kind: 'unacknowledge';
      readonly upstreamRef: string | null;
    } & AboutAlarm)
  | ({
      readonly kind: 'comment';
      readonly by: string;
      readonly note: string;
    } & AboutAlarm)
  /** The upstream is told that it is over. It counts as resolved only when a poll shows it. */
  | ({
      readonly kind: 'resolve';
      readonly by: string;
      readonly note: string;
    } & AboutAlarm)
  /** A silence, snooze or downtime: whatever keeps alarms quiet until an end. */
  | {
      readonly kind: 'silence';
      readonly matchers: readonly Matcher[];
      readonly by: string;
      readonly note: string;
      readonly endsAt: Instant;
      /** The alarm it was made for, if it was made for one. */
      readonly about?: AboutAlarm | null;
    }
  | { readonly kind: 'extend_silence'; readonly upstreamRef: string; readonly endsAt: Instant }
  | { readonly kind: 'unsilence'; readonly upstreamRef: string };

export type ActionKind = UpstreamAction['kind'];

/** What the upstream answered. `expiresAt`: it must be extended before then while the alarm lasts. */
export interface ActionReceipt {
  readonly upstreamRef: string | null;
  readonly expiresAt: Instant | null;
}

export interface UpstreamSilence {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly createdBy: string;
  readonly comment: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly state: 'pending' | 'active' | 'expired';
  /** For people, where matchers do not say it: "downtime of host web1 and all its services". */
  readonly scope?: string;
}

export interface SilenceProposal {
  /** The stable labels. */
  readonly matchers: readonly Matcher[];
  readonly volatileLabels: readonly string[];
}

export interface ConnectorActions {
  /** What this upstream takes. Everything else is not offered, or is kept here (comments). */
  readonly kinds: ReadonlySet<ActionKind>;
  /**
   * The sets of label names that a silence here may be made of, widest first, e.g. `[['host'], ['host', 'service']]`: the
   * upstream knows objects, not labels. Absent: any labels.
   */
  readonly silenceScopes?: readonly (readonly string[])[];
  /** For people: what an acknowledgement really does here. */
  readonly acknowledgeEffect: string;
  /** One acknowledgement covers every alarm for which `propose` says the same: it is sent once for all of them. */
  readonly sharesAcknowledgements?: boolean;
  /** Default matchers for an acknowledgement or silence of this alarm, built from its stable labels. */
  propose(alarm: KnownAlarm): SilenceProposal;
  matches(matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean;
  /**
   * Sends. Idempotent for one `key`: a second call after a crash finds what the first one made.
   * @throws SourceError
   */
  send(action: UpstreamAction, key: string, signal: AbortSignal): Promise<ActionReceipt>;
  /** Reads back whether the upstream agrees by now. */
  confirm(action: UpstreamAction, receipt: ActionReceipt, signal: AbortSignal): Promise<boolean>;
  /** Prolongs an expiring acknowledgement; returns the (possibly new) reference. */
  extend(
    action: UpstreamAction,
    receipt: ActionReceipt,
    signal: AbortSignal,
  ): Promise<ActionReceipt>;
  silences(signal: AbortSignal): Promise<readonly UpstreamSilence[]>;
}

/** An episode that began and ended while nobody looked. Its alarm is as it was when it fired. */
export interface PassedEpisode {
  readonly alarm: ObservedAlarm;
  readonly endedAt: Instant;
}

export interface Passed {
  readonly episodes: readonly PassedEpisode[];
  /** Why the list may lack some, for people; null when it is whole. */
  readonly incompleteReason: string | null;
}

export interface Connector {
  /** One attempt. Throws SourceError for a failed one: a failed poll has no snapshot. */
  poll(signal: AbortSignal): Promise<PollResult>;
  /**
   * What fired and cleared between two instants of the upstream's own clock, where it keeps history; told by that clock, as in
   * `poll`. Absent: it cannot tell, and the gap
   * report says so. Identities are those of `poll`. @throws SourceError
   */
  passed?(from: Instant, until: Instant, signal: AbortSignal): Promise<Passed>;
  /**
   * Answers a query in its own language over a time, where it keeps numbers. Absent: it keeps none. Times are in
   * milliseconds; values are seconds and texts, as Prometheus writes them. @throws SourceError
   */
  range?(
    asked: { readonly expression: string; fromMs: number; untilMs: number; stepMs: number },
    signal: AbortSignal,
  ): Promise<{
    readonly series: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [number, string])[];
    }[];
    readonly partialReason: string | null;
  }>;
  /** Step by step what works, for the form. Does not throw for expected failures. */
  test(signal: AbortSignal): Promise<TestReport>;
  readonly actions: ConnectorActions | null;
  close(): Promise<void>;
}

export interface ConnectorContext {
  readonly sourceId: SourceId;
  readonly name: string;
  readonly settings: SourceSettings;
  readonly secrets: Readonly<Record<string, string>>;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** What the connector returned as `memory` last time; empty at first. */
  readonly memory: Readonly<Record<string, unknown>>;
  /** Severity words that the person mapped for this source. */
  readonly severityMap: Readonly<Record<string, Severity>>;
}

/** A kind of source: its settings as a schema, from which the form is drawn, and how to make one. */
export interface ConnectorKind {
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  /** Fields carry `.meta({ label, help, … })`; see form.ts. Secrets are declared apart and never stored with settings. */
  readonly settings: z.ZodObject;
  readonly secrets: readonly SecretField[];
  create(context: ConnectorContext): Connector;
}

export interface SecretField {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly when?: { readonly field: string; readonly equals: string };
  /** Default: yes. */
  readonly isRequired?: boolean;
  /** Folded away in the form. */
  readonly isAdvanced?: boolean;
}
