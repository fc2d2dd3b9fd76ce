import {
  BookOpenText,
  Bell,
  CalendarCheck,
  FileSearch,
  RadioTower,
  Settings,
  TriangleAlert,
} from 'lucide-react';
import type { ComponentType } from 'react';
import { Link, useLocation } from 'wouter';
import { useActions } from './actions/use-actions.ts';
import type { Action } from './actions/action.ts';
import { navigate } from './hash-location.ts';
import classes from './frame.module.css';

interface Place {
  readonly path: string;
  readonly label: string;
  readonly icon: ComponentType;
  /** Places below it that count as being there. */
  readonly within: RegExp;
  readonly keys: readonly string[];
}

const upper: readonly Place[] = [
  { path: '/', label: 'Triage', icon: Bell, within: /^\/($|alarm\/|silences)/, keys: ['g t'] },
  {
    path: '/incidents',
    label: 'Incidents',
    icon: TriangleAlert,
    within: /^\/incidents/,
    keys: ['g i'],
  },
  {
    path: '/runbooks',
    label: 'Runbooks',
    icon: BookOpenText,
    within: /^\/runbooks/,
    keys: ['g r'],
  },
  {
    path: '/postmortems',
    label: 'Postmortems',
    icon: FileSearch,
    within: /^\/(postmortems|actions)/,
    keys: ['g p'],
  },
  { path: '/reviews', label: 'Reviews', icon: CalendarCheck, within: /^\/reviews/, keys: ['g w'] },
];
const lower: readonly Place[] = [
  {
    path: '/sources',
    label: 'Sources',
    icon: RadioTower,
    within: /^\/(sources|outbox)/,
    keys: ['g s'],
  },
  {
    path: '/settings',
    label: 'Settings',
    icon: Settings,
    within: /^\/(settings|notifications)/,
    keys: ['g ,'],
  },
];

const goTo = (path: string, label: string, keys: readonly string[]): Action => ({
  id: `go.${path}`,
  label: `Go to ${label}`,
  group: 'Go to',
  keys,
  run: () => navigate(path),
});

const placeActions: readonly Action[] = [
  ...[...upper, ...lower].map(({ path, label, keys }) => goTo(path, label, keys)),
  goTo('/actions', 'Actions of postmortems', ['g a']),
  goTo('/notifications', 'Why was I woken, or not?', []),
  goTo('/four-am', '4 AM mode', ['g 4']),
  goTo('/outbox', 'Outbox', ['g o']),
  goTo('/silences', 'Silences and downtimes', ['g z']),
  goTo('/drill', 'Drill and its debrief', []),
  goTo('/start', 'First start', []),
  {
    id: 'incident.new',
    label: 'New incident without an alarm',
    group: 'Incident',
    run: () => navigate('/incidents?new'),
  },
];

export function Rail() {
  useActions(placeActions);
  const [path] = useLocation();
  const link = ({ path: to, label, icon: Icon, within }: Place) => (
    <Link
      key={to}
      href={to}
      className={classes.place}
      aria-current={within.test(path) ? 'page' : undefined}
    >
      <Icon aria-hidden="true" />
      {label}
    </Link>
  );
  return (
    <nav className={classes.rail} aria-label="Screens">
      <Link href="/" className={classes.logo} aria-label="Nightdesk, triage">
        N
      </Link>
      {upper.map(link)}
      <div className={classes.space} />
      {lower.map(link)}
    </nav>
  );
}
