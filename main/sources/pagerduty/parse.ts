/** What PagerDuty sends, checked item by item: one bad incident must not hide the others. */
import { z } from 'zod';

const nullToEmpty = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema);

const text = () => nullToEmpty(z.string().default(''));
const WireTime = z.string().refine((value) => !Number.isNaN(Date.parse(value)), 'is not a time');
/** Whatever it refers to, under its id and the name that people gave it. */
const Reference = z.object({ id: z.string().min(1), summary: text(), html_url: text() });
type Reference = z.infer<typeof Reference>;
const maybe = (schema: typeof Reference) => nullToEmpty(schema.optional());

const PendingAction = z.object({ type: text(), at: text() });

export const WireIncident = z.object({
  id: z.string().min(1).max(100),
  incident_number: nullToEmpty(z.number().optional()),
  title: text(),
  summary: text(),
  created_at: WireTime,
  updated_at: text(),
  last_status_change_at: text(),
  resolved_at: text(),
  /** More may be introduced; an unknown one is still open. */
  status: z.string(),
  urgency: text(),
  incident_key: text(),
  service: maybe(Reference),
  priority: maybe(Reference),
  escalation_policy: maybe(Reference),
  teams: nullToEmpty(z.array(Reference).default([])),
  assignments: nullToEmpty(z.array(z.object({ assignee: maybe(Reference) })).default([])),
  acknowledgements: nullToEmpty(z.array(z.object({ acknowledger: maybe(Reference) })).default([])),
  pending_actions: nullToEmpty(z.array(PendingAction).default([])),
  alert_counts: nullToEmpty(z.object({ all: z.number().default(0) }).optional()),
  html_url: text(),
});
export type WireIncident = z.infer<typeof WireIncident>;

export const IncidentPage = z.object({ incidents: z.array(z.unknown()), more: z.boolean() });
export const IncidentAnswer = z.object({ incident: z.unknown() });

export const ServicePage = z.object({
  services: z.array(z.object({ id: z.string(), name: text(), summary: text(), status: text() })),
  more: z.boolean().default(false),
});

export const Notes = z.object({
  notes: z.array(
    z.object({ id: text(), content: text(), created_at: text(), user: maybe(Reference) }),
  ),
});
export type Note = z.infer<typeof Notes>['notes'][number];

export const LogEntries = z.object({
  log_entries: z.array(z.object({ type: text(), created_at: text(), agent: maybe(Reference) })),
});

export const OnCalls = z.object({
  oncalls: z.array(
    z.object({
      escalation_policy: maybe(Reference),
      user: maybe(Reference),
      escalation_level: nullToEmpty(z.number().default(1)),
    }),
  ),
});

const WireWindow = z.object({
  id: z.string().min(1),
  description: text(),
  start_time: WireTime,
  end_time: WireTime,
  services: nullToEmpty(z.array(Reference).default([])),
  created_by: maybe(Reference),
});
export type WireWindow = z.infer<typeof WireWindow>;
export const WindowPage = z.object({
  maintenance_windows: z.array(WireWindow),
  more: z.boolean().default(false),
});
export const WindowAnswer = z.object({ maintenance_window: WireWindow });

export const Me = z.object({ user: z.object({ email: text(), summary: text(), name: text() }) });

/** The id of an incident that is otherwise unreadable; null when it has none. */
export function idOf(raw: unknown): string | null {
  const id = (raw as { id?: unknown } | null)?.id;
  return typeof id === 'string' && id !== '' && id.length <= 100 ? id : null;
}

export function titleOf(raw: unknown): string | null {
  const { title, summary } = (raw ?? {}) as { title?: unknown; summary?: unknown };
  return typeof title === 'string' && title !== ''
    ? title
    : typeof summary === 'string' && summary !== ''
      ? summary
      : null;
}

export const nameOf = (reference: Reference | undefined): string =>
  reference === undefined ? '' : reference.summary || reference.id;
