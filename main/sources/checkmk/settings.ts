/** What a person configures for Checkmk. The form is drawn from this. */
import { z } from 'zod';
import type { SecretField } from '../connector.ts';
import { Address, lines, transportFields } from '../fields.ts';

export const CheckmkSettings = z.object({
  url: Address.meta({
    label: 'Address of the site',
    help: 'With the name of the site, as a browser opens it.',
    type: 'url',
    placeholder: 'https://monitoring.example.org/mysite',
  }),
  login: z.enum(['automation', 'password']).default('automation').meta({
    label: 'Login',
    help: 'An automation user with its secret, or (from 2.1) any user with password.',
  }),
  user: z.string().trim().min(1, 'The name of the user is missing.').meta({
    label: 'User name',
    help: 'It sees the hosts and services of its contact groups, unless its role may see all.',
  }),
  sites: lines().default([]).meta({
    label: 'Sites',
    help: 'Only with distributed monitoring: names, one per line. Each is asked by itself, so that one that is down shows as blind. Empty: all at once.',
    type: 'lines',
  }),
  isSoftShown: z.boolean().default(false).meta({
    label: 'Show soft states',
    help: 'Also problems that are still being checked again.',
  }),
  heartbeat: z.string().trim().default('Check_MK').meta({
    label: 'Service that proves life',
    help: 'One that (nearly) every host has and that is checked every minute. When none of them was checked lately, the core stands still, and this source is blind.',
  }),
  staleMinutes: z.number().int().min(2).max(1_440).default(10).meta({
    label: 'Blind after minutes without a check',
    help: 'Longer than the check interval of that service.',
  }),
  serviceLabels: lines().default(['service', 'application']).meta({
    label: 'Labels that name the service',
    help: 'The first label of Checkmk that a host or service has; otherwise the host.',
    type: 'lines',
  }),
  ...transportFields,
});
export type CheckmkSettings = z.infer<typeof CheckmkSettings>;

export const checkmkSecrets: readonly SecretField[] = [
  { name: 'secret', label: 'Secret or password', help: 'Kept in the keychain of this computer.' },
];
