/** What the timeline proves. Pure: read from entries, nothing assumed. */
import type { Instant } from '../../preload/contract/common.ts';
import type { Entry } from '../../preload/contract/incidents.ts';
import { since, toMs } from '../clock.ts';
import { nightdesk, readNotified, readStep } from '../incidents/entries.ts';

export interface BlindSpell {
  readonly origin: string;
  readonly entryId: number;
  /** Null: the timeline does not say when it ended. */
  readonly durationMs: number | null;
}

export interface Facts {
  readonly firstAlarm: Entry | null;
  /** Of the alarms that a rule joined. */
  readonly joined: readonly Entry[];
  readonly stepsDone: readonly Entry[];
  /** Done before it was mitigated. */
  readonly stepsBefore: readonly Entry[];
  readonly stepsWithoutHelp: readonly Entry[];
  readonly undelivered: readonly Entry[];
  readonly repeated: readonly Entry[];
  readonly blind: readonly BlindSpell[];
  /** What marked it as mitigated; the latest that was not taken back comes last. */
  readonly mitigated: Entry | null;
  /** True when nobody marked it before it was resolved. */
  readonly isMitigatedByResolving: boolean;
}

function blindSpells(entries: readonly Entry[]): BlindSpell[] {
  return entries.flatMap((entry, index) => {
    if (entry.kind !== 'source_blind') return [];
    const end = entries
      .slice(index + 1)
      .find(({ kind, origin }) => kind === 'source_live' && origin === entry.origin);
    return [
      {
        origin: entry.origin,
        entryId: entry.id,
        durationMs: end === undefined ? null : since(toMs(entry.at), toMs(end.at)),
      },
    ];
  });
}

/** `entries` in reading order. */
export function factsOf(entries: readonly Entry[], mitigatedAt: Instant | null): Facts {
  const steps = entries.filter(({ kind }) => kind === 'step');
  const withOutcome = (outcome: 'done' | 'did not help'): Entry[] =>
    steps.filter(({ text }) => readStep(text)?.outcome === outcome);
  const notified = entries.filter(({ kind }) => kind === 'notified');
  const done = withOutcome('done');
  const mitigated =
    mitigatedAt === null ? null : (entries.findLast(({ kind }) => kind === 'mitigated') ?? null);
  return {
    firstAlarm: entries.find(({ kind }) => kind === 'alarm_fired') ?? null,
    joined: entries.filter(
      ({ kind, origin, text }) =>
        kind === 'alarm_joined' && origin === nightdesk && text.includes(' joined by rule: '),
    ),
    stepsDone: done,
    stepsBefore: mitigatedAt === null ? [] : done.filter(({ at }) => toMs(at) <= toMs(mitigatedAt)),
    stepsWithoutHelp: withOutcome('did not help'),
    undelivered: notified.filter(({ text }) => readNotified(text) === 'not delivered'),
    repeated: notified.filter(({ text }) => readNotified(text) === 'repeated'),
    blind: blindSpells(entries),
    mitigated,
    isMitigatedByResolving: mitigated?.origin === nightdesk,
  };
}
