/** What a person configures for incident.io. The form is drawn from this. */
import { z } from 'zod';
import { Address, lines, transportFields } from '../fields.ts';

export const IncidentIoSettings = z
  .object({
    url: Address.default('https://api.incident.io').meta({
      label: 'Address',
      help: 'Of the API.',
      type: 'url',
    }),
    serviceAttributes: lines().default(['Service', 'Team']).meta({
      label: 'Attributes that name the service',
      help: 'The first that an alert has is its service.',
      type: 'lines',
    }),
    severityAttributes: lines().default(['Severity', 'Priority']).meta({
      label: 'Attributes that name the severity',
      help: 'The first that an alert has counts.',
      type: 'lines',
    }),
    canResolve: z.boolean().default(false).meta({
      label: 'Resolve alerts of an HTTP source',
      help: 'incident.io takes a resolve only from the source that sent the alert. For an HTTP source, Nightdesk can do it in its name.',
    }),
    httpSource: z
      .string()
      .trim()
      .regex(/^[\w-]*$/, 'Only its id.')
      .default('')
      .meta({
        label: 'HTTP source',
        help: 'The id of the alert source, from the address that it gives for its events.',
        when: { field: 'canResolve', equals: 'true' },
      }),
    ...transportFields,
  })
  .refine(({ canResolve, httpSource }) => !canResolve || httpSource !== '', {
    path: ['httpSource'],
    message: 'The id of the source is needed to resolve its alerts.',
  });
export type IncidentIoSettings = z.infer<typeof IncidentIoSettings>;
