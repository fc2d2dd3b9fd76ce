/** Which place shows which screen. The only file that knows all features; each is loaded when it is first shown. */
import { lazy, type ReactNode } from 'react';
import { Route, Switch } from 'wouter';
import type { AlarmId, IncidentId, RunbookId } from '../../preload/contract/common.ts';
import { TriageScreen } from '../features/triage/index.ts';
import { EmptyState } from '../ui/EmptyState.tsx';

const IncidentsScreen = lazy(async () => ({
  default: (await import('../features/incidents/index.ts')).IncidentsScreen,
}));
const IncidentScreen = lazy(async () => ({
  default: (await import('../features/incidents/index.ts')).IncidentScreen,
}));
const RunbooksScreen = lazy(async () => ({
  default: (await import('../features/runbooks/index.ts')).RunbooksScreen,
}));
const RunbookScreen = lazy(async () => ({
  default: (await import('../features/runbooks/index.ts')).RunbookScreen,
}));
const HygieneScreen = lazy(async () => ({
  default: (await import('../features/runbooks/index.ts')).HygieneScreen,
}));
const EditScreen = lazy(async () => ({
  default: (await import('../features/runbook-editor/index.ts')).EditScreen,
}));
const NewScreen = lazy(async () => ({
  default: (await import('../features/runbook-editor/index.ts')).NewScreen,
}));
const PostmortemsScreen = lazy(async () => ({
  default: (await import('../features/postmortems/index.ts')).PostmortemsScreen,
}));
const PostmortemScreen = lazy(async () => ({
  default: (await import('../features/postmortems/index.ts')).PostmortemScreen,
}));
const ActionsScreen = lazy(async () => ({
  default: (await import('../features/postmortems/index.ts')).ActionsScreen,
}));
const ReviewsScreen = lazy(async () => ({
  default: (await import('../features/reviews/index.ts')).ReviewsScreen,
}));
const SourcesScreen = lazy(async () => ({
  default: (await import('../features/sources/index.ts')).SourcesScreen,
}));
const OutboxScreen = lazy(async () => ({
  default: (await import('../features/outbox/index.ts')).OutboxScreen,
}));
const SilencesScreen = lazy(async () => ({
  default: (await import('../features/silences/index.ts')).SilencesScreen,
}));
const SettingsScreen = lazy(async () => ({
  default: (await import('../features/settings/index.ts')).SettingsScreen,
}));
const NotificationsScreen = lazy(async () => ({
  default: (await import('../features/notifications/index.ts')).NotificationsScreen,
}));
const DrillScreen = lazy(async () => ({
  default: (await import('../features/drill/index.ts')).DrillScreen,
}));
const FourAmScreen = lazy(async () => ({
  default: (await import('../features/four-am/index.ts')).FourAmScreen,
}));
const StartScreen = lazy(async () => ({
  default: (await import('../features/start/index.ts')).StartScreen,
}));

/** Shown without the frame: they fill the window, and show the desk state themselves. */
export const isBarePlace = (path: string): boolean => /^\/(four-am|start)(\/|$)/.test(path);

/** A number of the store, or null for anything else that stands in an address. */
function toId<Id extends number>(text: string | undefined): Id | null {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? (Number(text) as Id) : null;
}

function withId<Id extends number>(
  text: string | undefined,
  show: (id: Id) => ReactNode,
): ReactNode {
  const id = toId<Id>(text);
  return id === null ? <NoSuchPlace /> : show(id);
}

const isDraftKey = (key: string): boolean => /^[a-z0-9-]{8,64}$/.test(key);

export function Routes() {
  return (
    <Switch>
      <Route path="/">
        <TriageScreen alarmId={null} />
      </Route>
      <Route path="/alarm/:id">{({ id }) => <TriageScreen alarmId={toId<AlarmId>(id)} />}</Route>
      <Route path="/incidents">
        <IncidentsScreen />
      </Route>
      <Route path="/incidents/:id">
        {({ id }) => withId<IncidentId>(id, (it) => <IncidentScreen key={it} id={it} />)}
      </Route>
      <Route path="/runbooks">
        <RunbooksScreen />
      </Route>
      <Route path="/runbooks/hygiene">
        <HygieneScreen />
      </Route>
      <Route path="/runbooks/:id">
        {({ id }) => withId<RunbookId>(id, (it) => <RunbookScreen key={it} id={it} />)}
      </Route>
      <Route path="/runbooks/new/:key">
        {({ key }) => (isDraftKey(key) ? <NewScreen key={key} draftKey={key} /> : <NoSuchPlace />)}
      </Route>
      <Route path="/runbooks/:id/edit">
        {({ id }) => withId<RunbookId>(id, (it) => <EditScreen key={it} id={it} />)}
      </Route>
      <Route path="/postmortems">
        <PostmortemsScreen />
      </Route>
      <Route path="/postmortems/:id">
        {({ id }) => withId<IncidentId>(id, (it) => <PostmortemScreen key={it} incidentId={it} />)}
      </Route>
      <Route path="/actions">
        <ActionsScreen />
      </Route>
      <Route path="/reviews">
        <ReviewsScreen />
      </Route>
      <Route path="/sources">
        <SourcesScreen />
      </Route>
      <Route path="/outbox">
        <OutboxScreen />
      </Route>
      <Route path="/silences">
        <SilencesScreen />
      </Route>
      <Route path="/settings">
        <SettingsScreen />
      </Route>
      <Route path="/notifications">
        <NotificationsScreen />
      </Route>
      <Route path="/drill">
        <DrillScreen />
      </Route>
      <Route path="/four-am">
        <FourAmScreen alarmId={null} />
      </Route>
      <Route path="/four-am/:id">{({ id }) => <FourAmScreen alarmId={toId<AlarmId>(id)} />}</Route>
      <Route path="/start">
        <StartScreen />
      </Route>
      <Route>
        <NoSuchPlace />
      </Route>
    </Switch>
  );
}

function NoSuchPlace() {
  return (
    <EmptyState title="There is nothing at this address">
      <p>It may have been removed. The rail on the left leads to everything there is.</p>
    </EmptyState>
  );
}
