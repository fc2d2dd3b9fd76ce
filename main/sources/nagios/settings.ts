/** What a person configures for a Nagios Core. The form is drawn from this. */
import { z } from 'zod';
import { Address, lines, loginFields, transportFields } from '../fields.ts';

export const NagiosSettings = z.object({
  url: Address.meta({
    label: 'Address of the CGIs',
    help: 'The folder that holds statusjson.cgi: /nagios4/cgi-bin on Debian, /nagios/cgi-bin elsewhere.',
    type: 'url',
    placeholder: 'https://nagios.example.org/nagios4/cgi-bin',
  }),
  ...loginFields,
  hostGroup: z.string().trim().default('').meta({
    label: 'Only this host group',
    help: 'Empty: everything that the user may see.',
  }),
  isSoftIncluded: z.boolean().default(false).meta({
    label: 'Show unconfirmed problems',
    help: 'Nagios repeats a failed check before it believes it (soft states). Off: a problem shows once Nagios is sure.',
  }),
  isMutedSuppressed: z.boolean().default(false).meta({
    label: 'Switched off notifications count as suppressed',
    help: 'For hosts and services whose notifications somebody switched off. Off: they fire like all others.',
  }),
  isAckNotified: z.boolean().default(true).meta({
    label: 'Tell the contacts about acknowledgements',
    help: 'Nagios then notifies them that somebody is working on it.',
  }),
  mostAgeSeconds: z.number().min(10).max(3_600).default(60).meta({
    label: 'Seconds until its state counts as dead',
    help: 'Nagios writes its status file every few seconds (status_update_interval, usually 10). When it stops, the pages go on to show the old states.',
  }),
  customVariables: lines().default([]).meta({
    label: 'Custom variables to show as labels',
    help: 'Names without the underscore, such as TEAM. Only these are read, because others may hold passwords.',
    type: 'lines',
    placeholder: 'TEAM',
  }),
  ...transportFields,
});
export type NagiosSettings = z.infer<typeof NagiosSettings>;
