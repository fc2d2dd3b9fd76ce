/** What a person configures for a Zabbix. The form is drawn from this. */
import { z } from 'zod';
import type { SecretField } from '../connector.ts';
import { Address, lines, transportFields } from '../fields.ts';

export const severityNames = [
  'not classified',
  'information',
  'warning',
  'average',
  'high',
  'disaster',
] as const;

export const ZabbixSettings = z.object({
  url: Address.meta({
    label: 'Address',
    help: 'Of the Zabbix frontend as a browser opens it, with its path.',
    type: 'url',
    placeholder: 'https://zabbix.example.org/zabbix',
  }),
  login: z.enum(['token', 'password']).default('token').meta({
    label: 'Login',
    help: 'An API token (Users, API tokens) is better: it needs no session, and can be taken back.',
  }),
  user: z
    .string()
    .default('')
    .meta({ label: 'User name', help: '', when: { field: 'login', equals: 'password' } }),
  leastSeverity: z.enum(severityNames).default('not classified').meta({
    label: 'Least severity',
    help: 'Problems below it are not read at all.',
  }),
  hostGroups: lines().default([]).meta({
    label: 'Only these host groups',
    help: 'Names, one per line. Empty: everything that the user may see.',
    type: 'lines',
  }),
  serviceTags: lines().default(['service', 'application', 'component']).meta({
    label: 'Tags that name the service',
    help: 'The first that a problem has is its service; else its host is. A maintenance can be narrowed down to one of them.',
    type: 'lines',
  }),
  ...transportFields,
});
export type ZabbixSettings = z.infer<typeof ZabbixSettings>;

export const zabbixSecrets: readonly SecretField[] = [
  {
    name: 'token',
    label: 'API token',
    help: 'Kept in the keychain of this computer.',
    when: { field: 'login', equals: 'token' },
  },
  {
    name: 'password',
    label: 'Password',
    help: 'Kept in the keychain of this computer.',
    when: { field: 'login', equals: 'password' },
  },
];

/** Of the frontend; people also paste that of its API. */
export const baseOf = ({ url }: ZabbixSettings): string => url.replace(/\/api_jsonrpc\.php$/, '');
