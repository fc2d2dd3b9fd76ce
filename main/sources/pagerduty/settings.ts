/** What a person configures for a PagerDuty account. The form is drawn from this. */
import { z } from 'zod';
import type { SecretField } from '../connector.ts';
import { Address, transportFields } from '../fields.ts';

const ids = () =>
  z.array(
    z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9]{1,40}$/, 'An id like PIJ90N7, the last part of its address.'),
  );

export const PagerdutySettings = z.object({
  url: Address.default('https://api.pagerduty.com').meta({
    label: 'Address of the API',
    help: 'https://api.eu.pagerduty.com for accounts of the European region.',
  }),
  login: z.enum(['key', 'bearer']).default('key').meta({
    label: 'Login',
    help: 'key: an API key, best your own (My Profile, User Settings). bearer: an OAuth access token.',
  }),
  from: z
    .string()
    .trim()
    .refine((text) => text === '' || /^[^\s@<>"]+@[^\s@<>"]+$/.test(text), {
      message: 'A mail address, as in your PagerDuty profile.',
    })
    .default('')
    .meta({
      label: 'Your login address',
      help: 'Needed to write with a key of the whole account: PagerDuty does it in the name of this user.',
      placeholder: 'ann@example.org',
    }),
  teams: ids().default([]).meta({
    label: 'Only these teams',
    help: 'Ids of teams, one per line. Empty: whatever the key sees.',
    type: 'lines',
  }),
  services: ids().default([]).meta({
    label: 'Only these services',
    help: 'Ids of services, one per line. Empty: whatever the key sees.',
    type: 'lines',
  }),
  isHighUrgencyOnly: z.boolean().default(false).meta({
    label: 'High urgency only',
    help: 'Leaves out incidents that PagerDuty itself tells nobody about at night.',
  }),
  areOnCallsShown: z.boolean().default(true).meta({
    label: 'Show who is on call',
    help: 'Beside each incident, by its escalation policy.',
  }),
  ...transportFields,
});
export type PagerdutySettings = z.infer<typeof PagerdutySettings>;

export const pagerdutySecrets: readonly SecretField[] = [
  {
    name: 'token',
    label: 'Key or token',
    help: 'Kept in the keychain of this computer. A read-only key can read, but not acknowledge.',
  },
];
