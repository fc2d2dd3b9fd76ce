/** What a person configures for GoAlert. The form is drawn from this. */
import { z } from 'zod';
import { Severity } from '../../../preload/contract/common.ts';
import type { SecretField } from '../connector.ts';
import { Address, lines, transportFields } from '../fields.ts';

const mostServices = 50;

export const GoAlertSettings = z.object({
  url: Address.meta({
    label: 'Address',
    help: 'As a browser opens it.',
    type: 'url',
    placeholder: 'https://goalert.example.org',
  }),
  login: z.enum(['key', 'keys', 'password']).default('key').meta({
    label: 'Login',
    help: 'GraphQL API keys are bound to one document: docs/goalert.graphql holds both operations for one key. With two keys, each has one of them. Or user name and password.',
  }),
  user: z
    .string()
    .default('')
    .meta({ label: 'User name', help: '', when: { field: 'login', equals: 'password' } }),
  services: z
    .array(z.string().trim().min(1).max(100))
    .max(mostServices, `At most ${mostServices} services.`)
    .default([])
    .meta({
      label: 'Services',
      help: 'Ids, one per line: the last part of the address of a service. Empty: all.',
      type: 'lines',
    }),
  severityKeys: lines().default(['severity', 'priority', 'level']).meta({
    label: 'What names the severity',
    help: "Keys of the alert's metadata, or labels of its service; the first that is there counts.",
    type: 'lines',
  }),
  severity: Severity.default('high').meta({
    label: 'Severity without one',
    help: 'GoAlert knows no severities, and pages people for every alert.',
  }),
  ...transportFields,
});
export type GoAlertSettings = z.infer<typeof GoAlertSettings>;

const keyHelp = 'A GraphQL API key. Kept in the keychain of this computer.';

export const goAlertSecrets: readonly SecretField[] = [
  { name: 'token', label: 'API key', help: keyHelp, when: { field: 'login', equals: 'key' } },
  {
    name: 'readToken',
    label: 'API key to read',
    help: keyHelp,
    when: { field: 'login', equals: 'keys' },
  },
  {
    name: 'writeToken',
    label: 'API key to write',
    help: keyHelp,
    when: { field: 'login', equals: 'keys' },
  },
  {
    name: 'password',
    label: 'Password',
    help: 'Kept in the keychain of this computer.',
    when: { field: 'login', equals: 'password' },
  },
];
