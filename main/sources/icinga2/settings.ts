/** What a person configures for an Icinga 2. The form is drawn from this. */
import { z } from 'zod';
import { Address, lines, transportFields } from '../fields.ts';

export const Icinga2Settings = z.object({
  url: Address.meta({
    label: 'Address',
    help: 'Of its API, not of Icinga Web. Its certificate is signed by its own authority and names only its node: paste that authority and the node name below.',
    placeholder: 'https://icinga.example.org:5665',
  }),
  login: z.enum(['basic', 'certificate']).default('basic').meta({
    label: 'Login',
    help: 'An ApiUser with a password, or one with client_cn: then choose the client certificate below.',
  }),
  user: z
    .string()
    .default('')
    .meta({ label: 'ApiUser', help: '', when: { field: 'login', equals: 'basic' } }),
  isSoftShown: z.boolean().default(false).meta({
    label: 'Show soft problems',
    help: 'Those that Icinga has not confirmed yet by further checks. They are shown as suppressed, and page when they are hard.',
  }),
  isUnreachableSuppressed: z.boolean().default(true).meta({
    label: 'Suppress what is unreachable',
    help: 'Problems behind a host or parent that is down itself, of which Icinga notifies nobody either.',
  }),
  isAckNotified: z.boolean().default(false).meta({
    label: 'Icinga notifies of acknowledgements',
    help: "Tells the object's contacts when you acknowledge from here.",
  }),
  requiredZones: lines().default([]).meta({
    label: 'Zones that must be connected',
    help: 'Names of satellite zones. While one is not connected, this source is blind, because what it checks stands still.',
    type: 'lines',
  }),
  labelVars: lines()
    .default(['application', 'app', 'team', 'owner', 'environment', 'env', 'cluster'])
    .meta({
      label: 'Custom variables that become labels',
      help: 'Of the service, else of its host. Only these are kept, since others may hold passwords.',
      type: 'lines',
    }),
  serviceLabels: lines().default(['application', 'app', 'hostgroup', 'host']).meta({
    label: 'Labels that name the service',
    help: 'The first that an alarm has is its service.',
    type: 'lines',
  }),
  webUrl: z
    .union([z.literal(''), Address])
    .default('')
    .meta({
      label: 'Address of Icinga Web',
      help: 'For links, e.g. https://icinga.example.org/icingaweb2.',
    }),
  webModule: z.enum(['icingadb', 'monitoring']).default('icingadb').meta({
    label: 'Module of Icinga Web',
    help: 'monitoring is the older one.',
  }),
  ...transportFields,
});
export type Icinga2Settings = z.infer<typeof Icinga2Settings>;
