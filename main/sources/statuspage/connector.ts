/**
 * The status page of a dependency (Atlassian Statuspage and the many that speak its public API), read as the layer below
 * one's own: incidents about the chosen components, and components that are not operational while no incident says so.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Instant } from '../../../preload/contract/common.ts';
import type { TestReport } from '../../../preload/contract/sources.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toInstant } from '../../clock.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { createKept } from '../kept-actions.ts';
import { instantOf } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep } from '../test-steps.ts';
import { createApi, type Summary } from './api.ts';
import {
  idOf,
  isGroup,
  nameOf,
  statusOf,
  WireComponent,
  WireIncident,
  WireMaintenance,
} from './parse.ts';
import { passedIncidents } from './passed.ts';
import { affectedIds, isAbout, isSelected, selectComponents, type Selection } from './selection.ts';
import { StatuspageSettings } from './settings.ts';
import {
  componentAlarm,
  componentIdentity,
  incidentAlarm,
  incidentIdentity,
  isOver,
  maintenanceAlarm,
  type Page,
} from './to-alarm.ts';

const title = 'Statuspage';
const mostNames = 40;
/** Words of the page as a whole that say that something is wrong now. */
const troubled = new Set(['minor', 'major', 'critical']);

/** Components that we showed as alarms, by id, with their start: they stay until they are operational. */
const Components = z.record(z.string(), Instant).catch({});

/** A component of the answer, with what our own memory adds to it. */
const HeldComponent = z.object({ component: WireComponent, since: z.string() });

const pageOf = ({ page }: Summary, address: string): Page => ({
  id: page.id,
  name: page.name,
  url: page.url ?? address,
});

function namesOf(components: readonly unknown[]): string {
  const names = components.flatMap((raw) => nameOf(raw) ?? []);
  const more = names.length > mostNames ? `, and ${names.length - mostNames} more` : '';
  return `${names.slice(0, mostNames).join(', ')}${more}`;
}

function selectionProblem(selection: Selection, summary: Summary): SourceError | null {
  const { isWholePage, ids, missing } = selection;
  if (missing.length > 0) {
    return new SourceError(
      'source.misconfigured',
      `The page has no component named ${missing.join(', ')} (any more), so its trouble would not show.`,
      {
        next: `Correct the components of this source. The page has: ${namesOf(summary.components)}.`,
      },
    );
  }
  if (isWholePage || ids.size > 0) return null;
  return new SourceError('source.misconfigured', 'No component of this page is chosen yet.', {
    next: `Name those that you depend on, or choose the whole page. It has: ${namesOf(summary.components)}.`,
  });
}

function createStatuspage(context: ConnectorContext): Connector {
  const settings = StatuspageSettings.parse(context.settings);
  const { clock, severityMap } = context;
  const api = createApi(settings.url, context.http);
  const kept = createKept({ clock, title, memory: context.memory });
  let components = Components.parse(context.memory['components'] ?? {});
  let memory: Readonly<Record<string, unknown>> = context.memory;
  let page: Page = { id: '', name: '', url: api.address };
  let selection: Selection = selectComponents([], [], settings.isWholePage);
  let last: readonly ObservedAlarm[] = [];

  const mapping = () => ({ page, monitoring: settings.monitoring, severityMap });
  const identified =
    (identityFor: (page: Page, id: string) => string) =>
    (raw: unknown): string | null => {
      const id = idOf(raw);
      return id === null ? null : identityFor(page, id);
    };
  const incidents = createHeldItems<WireIncident>(
    {
      schema: WireIncident,
      identity: identified(incidentIdentity),
      nameOf,
      toAlarm: (incident, externalId) =>
        isAbout(selection, incident) ? incidentAlarm(incident, externalId, mapping()) : null,
    },
    () => clock.now(),
  );
  const maintenances = createHeldItems<WireMaintenance>(
    {
      schema: WireMaintenance,
      identity: identified(incidentIdentity),
      nameOf,
      toAlarm: (maintenance, externalId) =>
        isAbout(selection, maintenance)
          ? maintenanceAlarm(maintenance, externalId, mapping())
          : null,
    },
    () => clock.now(),
  );
  const troubledComponents = createHeldItems<z.infer<typeof HeldComponent>>(
    {
      schema: HeldComponent,
      identity: (raw) => identified(componentIdentity)((raw as { component: unknown }).component),
      nameOf: (raw) => nameOf((raw as { component: unknown }).component),
      toAlarm: ({ component, since }, externalId) =>
        componentAlarm(component, since, externalId, mapping()),
    },
    () => clock.now(),
  );

  /** Ids of the components that an incident in the list speaks for. */
  function coveredIds(summary: Summary): ReadonlySet<string> {
    const ids = new Set<string>();
    for (const raw of summary.incidents) {
      const parsed = WireIncident.safeParse(raw);
      if (!parsed.success || isOver(parsed.data.status)) continue;
      for (const id of affectedIds(parsed.data)) ids.add(id);
    }
    return ids;
  }

  /** Components that are alarms of their own. One that was, stays: an incident about it does not mend it. */
  function componentItems(summary: Summary): { items: unknown[]; since: Record<string, string> } {
    const covered = coveredIds(summary);
    const since: Record<string, string> = {};
    const items: unknown[] = [];
    for (const raw of summary.components) {
      const id = idOf(raw);
      const status = statusOf(raw);
      if (id === null) items.push({ component: raw, since: '' });
      if (id === null || isGroup(raw) || !isSelected(selection, id)) continue;
      if (status === 'operational') continue;
      if (status === 'under_maintenance' && !settings.isMaintenanceShown) continue;
      const known = Object.hasOwn(components, id) ? components[id] : undefined;
      if (known === undefined && covered.has(id)) continue;
      const changedAt = instantOf((raw as { updated_at?: string | null }).updated_at);
      since[id] = known ?? changedAt ?? toInstant(clock.now());
      items.push({ component: raw, since: since[id] });
    }
    return { items, since };
  }

  function take(summary: Summary): { alarms: readonly ObservedAlarm[]; blind: SourceError | null } {
    page = pageOf(summary, api.address);
    selection = selectComponents(summary.components, settings.components, settings.isWholePage);
    const scope = JSON.stringify([page, [...selection.ids]]);
    const { items, since } = componentItems(summary);
    const planned = settings.isMaintenanceShown ? (summary.scheduled_maintenances ?? []) : [];
    const taken = [
      incidents.take(summary.incidents, scope),
      maintenances.take(planned, scope),
      troubledComponents.take(items, scope),
    ];
    const alarms = taken.flatMap((one) => one.alarms);
    const blind = taken.find((one) => one.blind !== null)?.blind ?? null;
    // What could not be looked at whole forgets nothing.
    const next = blind === null ? since : { ...components, ...since };
    if (!isDeepStrictEqual(next, components)) components = next;
    const isSame =
      alarms.length === last.length && alarms.every((alarm, index) => alarm === last[index]);
    if (!isSame) last = alarms;
    return { alarms: last, blind };
  }

  /** The page says that something is wrong, and lists nothing that is: its parts were not made at one time. */
  function contradiction(summary: Summary): SourceError | null {
    if (!troubled.has(summary.status.indicator)) return null;
    const isListed =
      summary.incidents.length > 0 ||
      (summary.scheduled_maintenances ?? []).length > 0 ||
      summary.components.some((raw) => !isGroup(raw) && statusOf(raw) !== 'operational');
    if (isListed) return null;
    const said = summary.status.description ?? summary.status.indicator;
    return new SourceError(
      'source.unreachable',
      `The page says "${said.slice(0, 100)}", but lists nothing that is wrong.`,
      { next: 'Open the page. Nightdesk keeps asking.' },
    );
  }

  return {
    actions: kept.actions,

    async poll(signal): Promise<PollResult> {
      const summary = await api.summary(signal);
      const { alarms, blind: torn } = take(summary);
      const blind = torn ?? selectionProblem(selection, summary) ?? contradiction(summary);
      const isComplete = blind === null;
      const shown = kept.apply(alarms, isComplete);
      if (memory['kept'] !== shown.acts || memory['components'] !== components) {
        memory = { kept: shown.acts, components };
      }
      return {
        snapshot: { alarms: shown.alarms, isComplete, incompleteReason: blind?.message ?? null },
        version: null,
        clockSkewMs: summary.clockSkewMs,
        remarks: [],
        blind,
        memory,
      };
    },

    async passed(from, until, signal) {
      const summary = await api.summary(signal);
      const chosen = selectComponents(
        summary.components,
        settings.components,
        settings.isWholePage,
      );
      const { incidents: all } = await api.history(signal);
      return passedIncidents(all, {
        from,
        until,
        page: pageOf(summary, api.address),
        selection: chosen,
        severityMap,
      });
    },

    async test(signal): Promise<TestReport> {
      let summary: Summary;
      try {
        summary = await api.summary(signal);
      } catch (error) {
        return { isUsable: false, steps: failureSteps(error, api.host) };
      }
      const { alarms, blind } = take(summary);
      const problem = selectionProblem(selection, summary);
      const names = namesOf(summary.components.filter((raw) => !isGroup(raw)));
      return {
        isUsable: problem === null,
        steps: [
          step('reach', 'ok', `${api.host} answers: ${page.name}.`),
          tlsStep(api.address, false),
          problem === null
            ? step('components', 'ok', `It has the components ${names}.`)
            : step('components', 'failed', problem.message, problem.next),
          blind === null
            ? readStep(alarms.length)
            : step('read', 'warning', blind.message, blind.next),
          clockStep(summary.clockSkewMs),
        ],
      };
    },

    close: () => context.http.close(),
  };
}

export const statuspageKind: ConnectorKind = {
  kind: 'statuspage',
  title,
  description:
    'The public status page of a service that yours depends on: Atlassian Statuspage, incident.io, and others with its API.',
  settings: StatuspageSettings,
  secrets: [],
  create: createStatuspage,
};
