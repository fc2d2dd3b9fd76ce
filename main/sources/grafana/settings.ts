/** What a person configures for a Grafana. The form is drawn from this. */
import { z } from 'zod';
import { Address, lines, transportFields } from '../fields.ts';

export const GrafanaSettings = z
  .object({
    url: Address.meta({
      label: 'Address',
      help: 'As in the browser, with its sub-path if there is one.',
      placeholder: 'https://grafana.example.org',
    }),
    login: z.enum(['bearer', 'basic']).default('bearer').meta({
      label: 'Login',
      help: 'bearer: the token of a service account (Viewer to read, Editor to silence). basic: a user with a password.',
    }),
    user: z
      .string()
      .default('')
      .meta({ label: 'User name', help: '', when: { field: 'login', equals: 'basic' } }),
    organisation: z
      .string()
      .trim()
      .regex(/^\d*$/, 'A number, as in orgId=1.')
      .default('')
      .meta({
        label: 'Organisation',
        help: 'Its number. Only for a user who is in several; a service account belongs to one.',
        when: { field: 'login', equals: 'basic' },
      }),
    managed: z.enum(['grafana', 'datasource']).default('grafana').meta({
      label: 'Whose alarms',
      help: 'grafana: the rules that Grafana itself evaluates. datasource: an Alertmanager, Mimir or Grafana Cloud metrics behind it, read through Grafana with the same login. Two sources for both.',
    }),
    datasource: z
      .string()
      .trim()
      .regex(/^[\w.-]*$/, 'The uid of a data source, as in the address of its page.')
      .default('')
      .meta({
        label: 'Data source',
        help: 'The uid of its Alertmanager data source: the last part of the address of its page.',
        when: { field: 'managed', equals: 'datasource' },
      }),
    heartbeats: lines()
      .default(['Watchdog', 'DeadMansSwitch', 'DeadMansSnitch', 'AlwaysFiring', 'Heartbeat'])
      .meta({
        label: 'Heartbeat alarms',
        help: 'Names of alarms that always fire. They are kept out of the list; once seen, their absence makes this source blind.',
        type: 'lines',
        when: { field: 'managed', equals: 'datasource' },
      }),
    isHeartbeatRequired: z
      .boolean()
      .default(false)
      .meta({
        label: 'A heartbeat is required',
        help: 'Without one this source counts as blind, also when none was ever seen.',
        when: { field: 'managed', equals: 'datasource' },
      }),
    serviceLabels: lines().default(['service', 'job', 'namespace', 'grafana_folder']).meta({
      label: 'Labels that name the service',
      help: 'The first that an alarm has is its service.',
      type: 'lines',
    }),
    ...transportFields,
  })
  .refine(({ managed, datasource }) => managed === 'grafana' || datasource !== '', {
    path: ['datasource'],
    message: 'Which one? Enter its uid.',
  });
export type GrafanaSettings = z.infer<typeof GrafanaSettings>;
