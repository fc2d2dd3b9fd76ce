/** What a person configures for Keep. The form is drawn from this. */
import { z } from 'zod';
import type { SecretField } from '../connector.ts';
import { Address, transportFields } from '../fields.ts';

export const KeepSettings = z.object({
  url: Address.meta({
    label: 'Address of the API',
    help: 'Of the back end, not of the page: often port 8080.',
    type: 'url',
    placeholder: 'http://keep.example.org:8080',
  }),
  isPendingShown: z.boolean().default(false).meta({
    label: 'Show pending alerts',
    help: 'Those whose condition holds, but not long enough yet to fire.',
  }),
  ...transportFields,
});
export type KeepSettings = z.infer<typeof KeepSettings>;

export const keepSecrets: readonly SecretField[] = [
  { name: 'apiKey', label: 'API key', help: 'Kept in the keychain of this computer.' },
];
