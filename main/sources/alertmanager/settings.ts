/** What a person configures for an Alertmanager. The form is drawn from this. */
import { z } from 'zod';
import { Address, lines, loginFields, transportFields } from '../fields.ts';

export const AlertmanagerSettings = z.object({
  urls: z.array(Address).min(1, 'At least one address.').max(20).meta({
    label: 'Addresses',
    help: 'One per line, with the path in front of /api/v2 if there is one. Several members of one cluster are one source.',
    type: 'urls',
    placeholder: 'https://alertmanager.example.org:9093',
  }),
  ...loginFields,
  tenant: z.string().default('').meta({
    label: 'Tenant',
    help: 'Sent as X-Scope-OrgID. Only for Mimir and Cortex with several tenants.',
  }),
  heartbeats: lines()
    .default(['Watchdog', 'DeadMansSwitch', 'DeadMansSnitch', 'AlwaysFiring', 'Heartbeat'])
    .meta({
      label: 'Heartbeat alarms',
      help: 'Names of alarms that always fire. They are kept out of the list; once seen, their absence makes this source blind, because Prometheus behind it is silent.',
      type: 'lines',
    }),
  isHeartbeatRequired: z.boolean().default(false).meta({
    label: 'A heartbeat is required',
    help: 'Without one this source counts as blind, also when none was ever seen.',
  }),
  hidden: lines().default(['InfoInhibitor']).meta({
    label: 'Helper alarms',
    help: 'Names of alarms that exist only to hold back others. They are kept out of the list.',
    type: 'lines',
  }),
  serviceLabels: lines().default(['service', 'job', 'namespace', 'cluster']).meta({
    label: 'Labels that name the service',
    help: 'The first that an alarm has is its service.',
    type: 'lines',
  }),
  ...transportFields,
});
export type AlertmanagerSettings = z.infer<typeof AlertmanagerSettings>;
