/** What a person configures for Datadog. The form is drawn from this. */
import { z } from 'zod';
import type { SecretField } from '../connector.ts';
import { Address, lines, transportFields } from '../fields.ts';

const sites = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'datadoghq.eu',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'uk1.datadoghq.com',
  'ddog-gov.com',
  'us2.ddog-gov.com',
  'other',
] as const;

export const DatadogSettings = z
  .object({
    site: z.enum(sites).default('datadoghq.com').meta({
      label: 'Site',
      help: 'As in the address of your Datadog. Keys of one site are refused by all others.',
    }),
    url: z
      .union([z.literal(''), Address])
      .default('')
      .meta({
        label: 'Address of the API',
        help: 'Of a site that is not listed, or of a proxy.',
        type: 'url',
        placeholder: 'https://api.datadoghq.com',
        when: { field: 'site', equals: 'other' },
      }),
    monitorTags: lines()
      .max(20)
      .default([])
      .refine((tags) => tags.every((tag) => !/[,\s]/.test(tag)), {
        message: 'A tag reads like team:checkout, without commas and spaces.',
      })
      .meta({
        label: 'Only monitors with these tags',
        help: 'One per line, like team:checkout; a monitor must have all of them. Empty: every monitor that the keys may read.',
        type: 'lines',
        placeholder: 'team:checkout',
      }),
    isNoDataShown: z.boolean().default(true).meta({
      isAdvanced: true,
      label: 'No data is an alarm',
      help: 'Of a monitor in the state "No Data": a warning, unless its priority says otherwise.',
    }),
    serviceLabels: lines().default(['service', 'app', 'team']).meta({
      isAdvanced: true,
      label: 'Tags that name the service',
      help: 'The first that an alarm has is its service.',
      type: 'lines',
    }),
    ...transportFields,
  })
  .superRefine(({ site, url }, context) => {
    if (site !== 'other' || url !== '') return;
    context.addIssue({ code: 'custom', message: 'Enter the address.', path: ['url'] });
  });
export type DatadogSettings = z.infer<typeof DatadogSettings>;

export const datadogSecrets: readonly SecretField[] = [
  { name: 'apiKey', label: 'API key', help: 'Kept in the keychain of this computer.' },
  {
    name: 'applicationKey',
    label: 'Application key',
    help: 'Of a user or service account that may monitors_read, and monitors_downtime to silence.',
  },
];

export const apiAddress = ({ site, url }: DatadogSettings): string =>
  site === 'other' ? url : `https://api.${site}`;

/** Where people look; null when nobody can tell. */
export function appAddress({ site, url }: DatadogSettings): string | null {
  const domain = site === 'other' ? (/^https:\/\/api\.([\w.-]+)\/?$/.exec(url)?.[1] ?? null) : site;
  if (domain === null) return null;
  // The first sites of each kind have `app` in front; the later ones are their own.
  return domain.split('.').length > 2 ? `https://${domain}` : `https://app.${domain}`;
}
