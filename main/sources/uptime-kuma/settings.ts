/** What a person configures for Uptime Kuma. The form is drawn from this. */
import { z } from 'zod';
import { Address, transportFields } from '../fields.ts';

export const UptimeKumaSettings = z
  .object({
    url: Address.meta({
      label: 'Address',
      help: 'Of Uptime Kuma itself, without /metrics and without /status.',
      type: 'url',
      placeholder: 'https://uptime.example.org',
    }),
    reads: z.enum(['metrics', 'status page']).default('metrics').meta({
      label: 'Read from',
      help: 'The metrics hold every monitor and are current. A public status page holds what is published there, up to a minute late, and needs no login.',
    }),
    user: z
      .string()
      .default('')
      .meta({
        label: 'User name',
        help: 'Empty for an API key.',
        when: { field: 'reads', equals: 'metrics' },
      }),
    slug: z
      .string()
      .trim()
      .regex(/^[\w-]*$/, 'Only the last part of its address, behind /status/.')
      .default('')
      .meta({
        label: 'Status page',
        help: 'The last part of its address, behind /status/.',
        when: { field: 'reads', equals: 'status page' },
        placeholder: 'default',
      }),
    ...transportFields,
  })
  .refine(({ reads, slug }) => reads === 'metrics' || slug !== '', {
    path: ['slug'],
    message: 'A status page has a name.',
  });
export type UptimeKumaSettings = z.infer<typeof UptimeKumaSettings>;
