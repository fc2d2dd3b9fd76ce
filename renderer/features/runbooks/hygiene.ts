/** The hygiene report as its screen shows it: what is asked for stands in the address. Pure. */
import type {
  Hygiene,
  HygieneFinding,
  HygieneKind,
} from '../../../preload/contract/runbook-hygiene.ts';
import { runbookPlace } from './library.ts';

/** What costs a night before what is only untidy. */
export const kindWords: Readonly<Record<HygieneKind, string>> = {
  no_runbook: 'Paged without a runbook',
  dead_link: 'Dead links',
  missing_section: 'Missing sections',
  unread: 'Not read',
  broken_front_matter: 'Broken front matter',
  broken_command: 'Broken commands',
  dead_reference: 'Dead links inside',
  stub: 'Nearly empty',
  unreviewed: 'Not reviewed',
  never_used: 'Never used',
};

export const kindsInOrder = Object.keys(kindWords) as readonly HygieneKind[];

export const reviewChoices = [90, 180, 365] as const;

export interface HygienePlace {
  /** Null: all kinds. */
  readonly kind: HygieneKind | null;
  readonly unreviewedDays: number;
}

export function readHygienePlace(search: string): HygienePlace {
  const parameters = new URLSearchParams(search);
  const kind = parameters.get('kind');
  const days = Number(parameters.get('reviewed'));
  return {
    kind: kindsInOrder.find((known) => known === kind) ?? null,
    unreviewedDays: reviewChoices.find((choice) => choice === days) ?? 180,
  };
}

export function hygienePlace({ kind, unreviewedDays }: HygienePlace): string {
  const parameters = new URLSearchParams();
  if (kind !== null) parameters.set('kind', kind);
  if (unreviewedDays !== 180) parameters.set('reviewed', String(unreviewedDays));
  const search = parameters.toString();
  return search === '' ? '/runbooks/hygiene' : `/runbooks/hygiene?${search}`;
}

/** Where a finding is mended: at the alarm when the alarm is what is wrong, at the runbook otherwise. */
export function findingPlace({ kind, alarmId, runbookId, anchor }: HygieneFinding): string | null {
  const isOfAlarm = kind === 'no_runbook' || kind === 'dead_link';
  if (isOfAlarm && alarmId !== null) return `/alarm/${alarmId}`;
  return runbookId === null ? null : runbookPlace(runbookId, anchor, null);
}

export const shownFindings = (
  report: Pick<Hygiene, 'findings'>,
  kind: HygieneKind | null,
): readonly HygieneFinding[] =>
  kind === null ? report.findings : report.findings.filter((finding) => finding.kind === kind);

/** How many there are, also those that are not sent to the screen. */
export const countOfKind = (report: Pick<Hygiene, 'counts'>, kind: HygieneKind | null): number =>
  kind === null
    ? Object.values(report.counts).reduce((sum, count) => sum + count, 0)
    : report.counts[kind];
