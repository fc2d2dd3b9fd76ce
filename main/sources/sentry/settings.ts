/** What a person configures for Sentry. The form is drawn from this. */
import { z } from 'zod';
import { Address, lines, transportFields } from '../fields.ts';

/** A misspelt level matches nothing, and nothing would look like quiet. */
const levels: ReadonlySet<string> = new Set([
  'fatal',
  'error',
  'warning',
  'info',
  'debug',
  'sample',
  'unknown',
]);

function hasKnownLevels(query: string): boolean {
  const named = [...query.matchAll(/(?:^|\s)!?level:(\[[^\]]*\]|[^\s]+)/g)].flatMap(([, value]) =>
    (value ?? '').replace(/^\[|\]$/g, '').split(','),
  );
  return named.every((level) => levels.has(level.trim().replaceAll('"', '').toLowerCase()));
}

export const SentrySettings = z.object({
  url: Address.default('https://sentry.io').meta({
    label: 'Address',
    help: 'Without /api/0. Organisations of a region have their own, such as https://de.sentry.io.',
    type: 'url',
  }),
  organization: z.string().trim().min(1, 'The short name of the organisation is needed.').meta({
    label: 'Organisation',
    help: 'Its short name (slug), as in the address of its pages.',
    placeholder: 'acme',
  }),
  projects: z
    .array(z.string().trim().regex(/^\d+$/, 'A project is named by its number here.'))
    .default([])
    .meta({
      label: 'Only these projects',
      help: 'Their numbers, one per line. Empty: every project that the token may see.',
      type: 'lines',
    }),
  environments: lines().default([]).meta({
    label: 'Only these environments',
    help: 'One per line. Empty: all of them.',
    type: 'lines',
  }),
  query: z
    .string()
    .trim()
    .min(1, 'Without a query every issue there ever was would be an alarm.')
    .refine(hasKnownLevels, {
      message: 'A level is fatal, error, warning, info or debug.',
    })
    .default('is:unresolved level:[error,fatal]')
    .meta({
      label: 'Query',
      help: 'Which issues are alarms, in the words of the search field of Sentry.',
    }),
  period: z
    .string()
    .trim()
    .regex(/^\d{1,3}[hdw]$/, 'Write it like 24h, 7d or 2w.')
    .default('24h')
    .meta({
      label: 'Seen within',
      help: 'An issue that was not seen for this long counts as over.',
    }),
  usesPriority: z.boolean().default(true).meta({
    label: 'High priority is critical',
    help: 'An issue that Sentry or a person gave high priority is critical, whatever its level.',
  }),
  isAssignedAcknowledged: z.boolean().default(false).meta({
    label: 'Assigned is acknowledged',
    help: 'An issue that is assigned to somebody counts as acknowledged. Leave it off where rules assign issues by themselves: nobody may have looked at them.',
  }),
  ...transportFields,
});
export type SentrySettings = z.infer<typeof SentrySettings>;
