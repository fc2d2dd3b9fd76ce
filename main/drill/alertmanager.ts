/** What an Alertmanager 0.25 keeps and how it changes: alerts, silences, inhibitions. No network here. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { toInstant, toMs } from '../clock.ts';
import {
  fingerprint,
  matchesAll,
  matchesLabel,
  matcherProblem,
  type LabelMatcher,
  type Labels,
} from './label-matchers.ts';

/** How long an alert lives that its sender does not repeat. */
const resolveTimeoutMs = 5 * 60_000;

export interface PostedAlert {
  readonly labels: Labels;
  readonly annotations?: Labels | undefined;
  readonly generatorURL?: string | undefined;
  /** Milliseconds; undefined when the sender left it out. */
  readonly startsAt?: number | undefined;
  readonly endsAt?: number | undefined;
}

interface StoredAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly generatorURL: string | undefined;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly updatedAt: number;
}

export interface PostedSilence {
  readonly id: string | undefined;
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
}

interface StoredSilence extends PostedSilence {
  readonly id: string;
  readonly updatedAt: number;
}

export interface InhibitRule {
  readonly source: readonly LabelMatcher[];
  readonly target: readonly LabelMatcher[];
  readonly equal: readonly string[];
}

/** A refusal in the server's own words and status. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type SilenceState = 'active' | 'pending' | 'expired';

export interface GettableAlert {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly generatorURL?: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: 'active' | 'suppressed';
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
  };
}

export interface GettableSilence {
  readonly id: string;
  readonly status: { readonly state: SilenceState };
  readonly matchers: readonly LabelMatcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

export const receiverName = 'on-call';

/** Lists are sorted as the server sorts them: active, pending, expired, each by when they change next. */
const stateOrder: Readonly<Record<SilenceState, number>> = { active: 0, pending: 1, expired: 2 };

export class Alertmanager {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #inhibitRules: readonly InhibitRule[];
  readonly #alerts = new Map<string, StoredAlert>();
  readonly #silences = new Map<string, StoredSilence>();

  constructor(clock: Pick<Clock, 'now'>, inhibitRules: readonly InhibitRule[] = []) {
    this.#clock = clock;
    this.#inhibitRules = inhibitRules;
  }

  /** @throws Refusal; then nothing of the list is taken. */
  post(alerts: readonly PostedAlert[]): void {
    const now = this.#clock.now();
    const stored = alerts.map((alert): [string, StoredAlert] => {
      const labels = Object.fromEntries(
        Object.entries(alert.labels).filter(([, value]) => value !== ''),
      );
      if (Object.keys(labels).length === 0) {
        throw new Refusal(400, 'at least one label pair required');
      }
      const startsAt = alert.startsAt ?? alert.endsAt ?? now;
      const endsAt = alert.endsAt ?? now + resolveTimeoutMs;
      if (startsAt > endsAt) throw new Refusal(400, 'start time must be before end time');
      const id = fingerprint(labels);
      const known = this.#alerts.get(id);
      // One that still lasts goes on from where it began; a resolved one begins anew.
      const isSameLife = known !== undefined && known.endsAt >= startsAt && known.endsAt > now;
      return [
        id,
        {
          labels,
          annotations: alert.annotations ?? {},
          generatorURL: alert.generatorURL,
          startsAt: isSameLife ? Math.min(known.startsAt, startsAt) : startsAt,
          endsAt,
          updatedAt: now,
        },
      ];
    });
    for (const [id, alert] of stored) this.#alerts.set(id, alert);
  }

  /** Alerts that last, sorted by fingerprint. */
  alerts(): GettableAlert[] {
    const now = this.#clock.now();
    const lasting = [...this.#alerts]
      .filter(([, alert]) => alert.endsAt > now)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const silences = [...this.#silences.values()].filter(
      (silence) => this.#stateOf(silence) === 'active',
    );
    return lasting.map(([id, alert]) => {
      const silencedBy = silences
        .filter(({ matchers }) => matchesAll(matchers, alert.labels))
        .map((silence) => silence.id);
      const inhibitedBy = this.#inhibitorsOf(id, alert, lasting);
      return {
        fingerprint: id,
        labels: alert.labels,
        annotations: alert.annotations,
        startsAt: toInstant(alert.startsAt),
        endsAt: toInstant(alert.endsAt),
        updatedAt: toInstant(alert.updatedAt),
        ...(alert.generatorURL === undefined ? {} : { generatorURL: alert.generatorURL }),
        receivers: [{ name: receiverName }],
        status: {
          state: silencedBy.length + inhibitedBy.length > 0 ? 'suppressed' : 'active',
          silencedBy,
          inhibitedBy,
        },
      };
    });
  }

  silences(): GettableSilence[] {
    return [...this.#silences.values()]
      .map((silence) => this.#gettable(silence))
      .sort((a, b) => {
        const state = a.status.state;
        if (state !== b.status.state) return stateOrder[state] - stateOrder[b.status.state];
        if (state === 'expired') return a.endsAt < b.endsAt ? 1 : -1;
        const key = state === 'active' ? 'endsAt' : 'startsAt';
        return a[key] < b[key] ? -1 : 1;
      });
  }

  silence(id: string): GettableSilence | null {
    const silence = this.#silences.get(id);
    return silence === undefined ? null : this.#gettable(silence);
  }

  /** Returns the id, which is a new one when the change is more than a longer or shorter end. @throws Refusal */
  setSilence(posted: PostedSilence): string {
    const now = this.#clock.now();
    if (posted.startsAt >= posted.endsAt) {
      throw new Refusal(400, 'Failed to create silence: start time must be before end time');
    }
    if (posted.endsAt < now) {
      throw new Refusal(400, "Failed to create silence: end time can't be in the past");
    }
    for (const [index, matcher] of posted.matchers.entries()) {
      const problem = matcherProblem(matcher);
      if (problem !== null) {
        throw new Refusal(400, `silence invalid: invalid label matcher ${index}: ${problem}`);
      }
    }
    if (posted.matchers.every((matcher) => matchesLabel(matcher, {}))) {
      throw new Refusal(
        400,
        'silence invalid: at least one matcher must not match the empty string',
      );
    }
    const before = posted.id === undefined ? undefined : this.#silences.get(posted.id);
    if (posted.id !== undefined && before === undefined) {
      throw new Refusal(404, 'silence not found');
    }
    if (before !== undefined) {
      if (this.#isInPlace(before, posted, now)) {
        this.#silences.set(before.id, {
          ...posted,
          id: before.id,
          startsAt: this.#stateOf(before) === 'active' ? before.startsAt : posted.startsAt,
          updatedAt: now,
        });
        return before.id;
      }
      if (this.#stateOf(before) !== 'expired') this.expire(before.id);
    }
    const id = randomUUID();
    const startsAt = Math.max(posted.startsAt, now);
    this.#silences.set(id, { ...posted, id, startsAt, updatedAt: now });
    return id;
  }

  /** Expiring an expired one is no failure. @throws Refusal for an unknown one. */
  expire(id: string): void {
    const silence = this.#silences.get(id);
    if (silence === undefined) throw new Refusal(500, 'silence not found');
    const now = this.#clock.now();
    const state = this.#stateOf(silence);
    if (state === 'expired') return;
    this.#silences.set(id, {
      ...silence,
      startsAt: state === 'pending' ? now : silence.startsAt,
      endsAt: now,
      updatedAt: now,
    });
  }

  #stateOf(silence: StoredSilence): SilenceState {
    const now = this.#clock.now();
    if (now >= silence.endsAt) return 'expired';
    return now < silence.startsAt ? 'pending' : 'active';
  }

  /** Only the end of an active silence, and anything about the times of a pending one, can change under the same id. */
  #isInPlace(before: StoredSilence, after: PostedSilence, now: number): boolean {
    if (JSON.stringify(before.matchers) !== JSON.stringify(after.matchers)) return false;
    const state = this.#stateOf(before);
    if (state === 'active') {
      const inSeconds = (ms: number): number => Math.floor(ms / 1_000);
      return inSeconds(before.startsAt) === inSeconds(after.startsAt) && after.endsAt >= now;
    }
    return state === 'pending' && after.startsAt >= now;
  }

  #gettable(silence: StoredSilence): GettableSilence {
    return {
      id: silence.id,
      status: { state: this.#stateOf(silence) },
      matchers: silence.matchers,
      startsAt: toInstant(silence.startsAt),
      endsAt: toInstant(silence.endsAt),
      updatedAt: toInstant(silence.updatedAt),
      createdBy: silence.createdBy,
      comment: silence.comment,
    };
  }

  #inhibitorsOf(
    id: string,
    alert: StoredAlert,
    lasting: readonly (readonly [string, StoredAlert])[],
  ): string[] {
    const rules = this.#inhibitRules.filter(({ target }) => matchesAll(target, alert.labels));
    return lasting
      .filter(([other, source]) =>
        rules.some(
          (rule) =>
            other !== id &&
            matchesAll(rule.source, source.labels) &&
            rule.equal.every((name) => (source.labels[name] ?? '') === (alert.labels[name] ?? '')),
        ),
      )
      .map(([other]) => other);
  }
}

/** Go's zero time means "not set". */
export function readTime(text: string | undefined): number | undefined {
  if (text === undefined || text.startsWith('0001-01-01')) return undefined;
  const ms = toMs(text);
  if (Number.isNaN(ms)) throw new Refusal(400, `parsing time "${text}"`);
  return ms;
}
