/** What a person configures for Opsgenie, and for Jira Service Management. The forms are drawn from this. */
import { z } from 'zod';
import type { SecretField } from '../connector.ts';
import { Address, transportFields } from '../fields.ts';

const sharedFields = {
  query: z.string().trim().max(800).default('').meta({
    label: 'Only these alerts',
    help: 'A search as in its list of alerts, e.g. teams:"Payments" AND NOT tag:test. Empty: whatever the login sees. Open ones are chosen anyway.',
    placeholder: 'teams:"Payments"',
  }),
  areDetailsRead: z.boolean().default(true).meta({
    label: 'Read details',
    help: 'Description and extra properties of each alert: one more request per new alert, at most 20 per poll.',
  }),
};

export const OpsgenieSettings = z.object({
  url: Address.default('https://api.opsgenie.com').meta({
    label: 'Address of the API',
    help: 'https://api.eu.opsgenie.com for accounts of the European region.',
  }),
  account: z
    .string()
    .trim()
    .regex(/^[\w-]*$/, 'Only the part before .app.opsgenie.com.')
    .default('')
    .meta({
      label: 'Account',
      help: 'The part before .app.opsgenie.com, for links to alerts.',
      placeholder: 'shop',
    }),
  ...sharedFields,
  ...transportFields,
});
export type OpsgenieSettings = z.infer<typeof OpsgenieSettings>;

export const opsgenieSecrets: readonly SecretField[] = [
  {
    name: 'token',
    label: 'API key',
    help: 'Of an API integration with the rights to read, create and update. Kept in the keychain of this computer.',
  },
];

export const JsmSettings = z.object({
  site: Address.meta({
    label: 'Site',
    help: 'As in the browser.',
    placeholder: 'https://shop.atlassian.net',
  }),
  login: z.enum(['token', 'bearer']).default('token').meta({
    label: 'Login',
    help: 'token: your address and an API token of your Atlassian account. bearer: an OAuth access token.',
  }),
  user: z
    .string()
    .trim()
    .default('')
    .meta({
      label: 'Your address',
      help: 'The one you log in to Atlassian with.',
      placeholder: 'ann@example.org',
      when: { field: 'login', equals: 'token' },
    }),
  cloudId: z
    .string()
    .trim()
    .regex(/^[\w-]*$/, 'Letters, digits and hyphens.')
    .default('')
    .meta({
      label: 'Cloud id',
      help: 'Found out from the site when empty.',
    }),
  url: Address.default('https://api.atlassian.com').meta({
    label: 'Address of the API',
    help: 'The same for all sites.',
  }),
  ...sharedFields,
  ...transportFields,
});
export type JsmSettings = z.infer<typeof JsmSettings>;

export const jsmSecrets: readonly SecretField[] = [
  {
    name: 'token',
    label: 'Token',
    help: 'With the scopes read:ops-alert and write:ops-alert of Jira Service Management. Kept in the keychain of this computer.',
  },
];
