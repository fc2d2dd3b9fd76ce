/** What a person configures for Grafana OnCall. The form is drawn from this. */
import { z } from 'zod';
import { Address, transportFields } from '../fields.ts';

export const GrafanaOnCallSettings = z
  .object({
    url: Address.meta({
      label: 'Address of the API',
      help: 'As OnCall shows it under Settings, without /api/v1.',
      type: 'url',
      placeholder: 'https://oncall-prod-eu-west-0.grafana.net/oncall',
    }),
    login: z
      .enum(['API key', 'service account', 'service account (bearer)'])
      .default('API key')
      .meta({
        label: 'Login',
        help: 'An API key of OnCall is personal and may write. The token of a service account only reads; Grafana Cloud takes it as a bearer token.',
      }),
    stack: z
      .union([Address, z.literal('')])
      .default('')
      .meta({
        label: 'Address of Grafana',
        help: 'Needed for a service account: the Grafana or stack that it belongs to.',
        type: 'url',
        placeholder: 'https://acme.grafana.net',
      }),
    team: z
      .string()
      .trim()
      .regex(/^\w*$/, 'Only its id.')
      .default('')
      .meta({ label: 'Only this team', help: 'The id of the team. Empty: all that you may see.' }),
    ...transportFields,
  })
  .refine(({ login, stack }) => login === 'API key' || stack !== '', {
    path: ['stack'],
    message: 'A service account needs the address of its Grafana.',
  });
export type GrafanaOnCallSettings = z.infer<typeof GrafanaOnCallSettings>;
