/** The round mark of a timeline entry; its kind as a picture and, for those who do not see it, as a word. */
import {
  BellOff,
  BellRing,
  Check,
  CheckCheck,
  CircleHelp,
  Eye,
  Gauge,
  Lightbulb,
  Link2,
  ListChecks,
  Megaphone,
  Pencil,
  RotateCcw,
  Scale,
  ShieldCheck,
  SquareTerminal,
  UserCheck,
} from 'lucide-react';
import type { ComponentType } from 'react';
import type { EntryKind } from '../../preload/contract/incidents.ts';
import { entryTone, entryWords } from './entry-words.ts';
import classes from './entry-icon.module.css';

/** `alarm_fired` has the diamond of the desk instead. */
const icons: Readonly<Record<Exclude<EntryKind, 'alarm_fired'>, ComponentType>> = {
  alarm_resolved: Check,
  alarm_joined: Link2,
  acknowledged: UserCheck,
  silenced: BellOff,
  notified: BellRing,
  step: ListChecks,
  command: SquareTerminal,
  note: Pencil,
  decision: Scale,
  status_update: Megaphone,
  mitigated: ShieldCheck,
  resolved: CheckCheck,
  understood: Lightbulb,
  reopened: RotateCcw,
  severity: Gauge,
  source_blind: CircleHelp,
  source_live: Eye,
};

export function EntryIcon({ kind }: { readonly kind: EntryKind }) {
  return (
    <span className={classes.mark} data-tone={entryTone(kind)} title={entryWords[kind]}>
      <Picture kind={kind} />
      <span className="visually-hidden">{entryWords[kind]}: </span>
    </span>
  );
}

function Picture({ kind }: { readonly kind: EntryKind }) {
  if (kind === 'alarm_fired') {
    return (
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <path d="M5 0l5 5-5 5-5-5z" fill="currentColor" />
      </svg>
    );
  }
  const Icon = icons[kind];
  return <Icon aria-hidden="true" />;
}
