/** What a person configures for a Prometheus, or for whatever answers like one. The form is drawn from this. */
import { z } from 'zod';
import { Address, lines, loginFields, transportFields } from '../fields.ts';

const OptionalAddress = z.union([z.literal(''), Address]).default('');

export const PrometheusSettings = z.object({
  url: Address.meta({
    label: 'Address',
    help: 'With the path in front of /api/v1 if there is one, e.g. https://mimir.example.org/prometheus.',
    placeholder: 'https://prometheus.example.org:9090',
  }),
  ...loginFields,
  tenant: z.string().default('').meta({
    label: 'Tenant',
    help: 'Sent as X-Scope-OrgID. Only for Mimir and Cortex with several tenants.',
  }),
  isPendingShown: z.boolean().default(false).meta({
    label: 'Show pending alarms',
    help: 'Conditions that are true but have not lasted long enough to fire. They are shown as suppressed, and page when they fire.',
  }),
  hidden: lines()
    .default([
      'Watchdog',
      'DeadMansSwitch',
      'DeadMansSnitch',
      'AlwaysFiring',
      'Heartbeat',
      'InfoInhibitor',
    ])
    .meta({
      label: 'Helper alarms',
      help: 'Names of alarms that always fire or only hold back others. They are kept out of the list.',
      type: 'lines',
    }),
  serviceLabels: lines().default(['service', 'job', 'namespace', 'cluster']).meta({
    label: 'Labels that name the service',
    help: 'The first that an alarm has is its service.',
    type: 'lines',
  }),
  queryUrl: OptionalAddress.meta({
    label: 'Address for queries',
    help: 'Only when another address answers queries, as with vmalert or a Thanos ruler: that of VictoriaMetrics or Thanos Query.',
  }),
  webUrl: OptionalAddress.meta({
    label: 'Web address',
    help: 'Where a browser shows it, when that is another address.',
  }),
  ...transportFields,
});
export type PrometheusSettings = z.infer<typeof PrometheusSettings>;
