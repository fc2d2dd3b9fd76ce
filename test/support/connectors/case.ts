/** What the shared suite needs to know of a kind of source. */
import type { ConnectorKind } from '../../../main/sources/connector.ts';
import type { Freshness, Severity } from '../../../preload/contract/common.ts';
import type { SourceSettings } from '../../../preload/contract/sources.ts';
import type { FaultName } from '../upstream-faults.ts';
import type { StandIn, StandInRequest } from './stand-in.ts';

/** An alarm that the upstream is to report, in the words of the suite. */
export interface ShownAlarm {
  /** Gives its identity upstream: the same key is the same alarm. Letters and digits. */
  readonly key: string;
  readonly name: string;
  /** Free text that the upstream carries along, where it has one. */
  readonly text?: string;
  /** In the upstream's own word; undefined: its usual one; null: it has none. */
  readonly severity?: string | null;
  /** Since when, in ms. */
  readonly since?: number;
  /** The zone to write its times in, where the upstream writes offsets. Minutes east of UTC. */
  readonly zoneMinutes?: number;
  /** `item`: a wrong type inside. `identity`: nothing names it. */
  readonly broken?: 'item' | 'identity';
}

/** What came of our writes, as the upstream itself sees it. */
export interface Effects {
  readonly isAcknowledged: boolean;
  /** How often it was acknowledged: a repeated request must not do it twice. */
  readonly acknowledgements: number;
  readonly comments: readonly string[];
  /** Ends of the silences, snoozes or downtimes that cover it now, in ms. */
  readonly silencedUntil: readonly number[];
  readonly isResolved: boolean;
}

export interface Upstream extends StandIn {
  /** From now on these are active, and nothing else. */
  show(alarms: readonly ShownAlarm[]): void;
  effects(key: string): Effects;
}

/** A promise that this kind cannot make, and why. It shows in the table. */
export interface Excuse {
  readonly why: string;
}

export interface ConnectorCase {
  readonly kind: ConnectorKind;
  start(): Promise<Upstream>;
  /** Settings that point at the stand-in. */
  settings(upstream: Upstream): SourceSettings;
  /** What the stand-in takes. Long and odd, so that they are found wherever they leak. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Secrets that it refuses; null: this kind has no login. */
  readonly wrongSecrets: Readonly<Record<string, string>> | null;
  /** Polls until the first list counts as complete; default 1. */
  readonly settlingPolls?: number;
  /** Every severity that the upstream documents. */
  readonly severities: Readonly<Record<string, Severity>> | Excuse;
  readonly unknownSeverity: string | Excuse;
  readonly absentSeverity: 'warning' | Excuse;
  /** How many alarms make more than one page, and which requests ask for a later one. */
  readonly paging:
    | { readonly alarms: number; readonly isLaterPage: (request: StandInRequest) => boolean }
    | Excuse;
  readonly zones: true | Excuse;
  readonly unreadableItem: true | Excuse;
  readonly namelessItem: true | Excuse;
  /** Ways in which this upstream looks quiet while it is blind: what happens there. After it, the poll must not be live. */
  readonly unproven: Readonly<Record<string, (upstream: Upstream) => void | Promise<void>>>;
  /** Where a fault gives another freshness than usual. */
  readonly expected?: Partial<Record<FaultName, Freshness>>;
  /** Faults that are none for this kind, e.g. text for a kind that reads text. */
  readonly notFaults?: Partial<Record<FaultName, string>>;
  /** Action kinds that Nightdesk keeps by itself, because the upstream has none. `effects` knows nothing of them. */
  readonly kept?: readonly ('acknowledge' | 'silence' | 'resolve')[];
}

export const excuse = (value: unknown): Excuse | null =>
  value !== null && typeof value === 'object' && 'why' in value ? (value as Excuse) : null;
