/** What a person configures for a Healthchecks project. The form is drawn from this. */
import { z } from 'zod';
import { Address, lines, transportFields } from '../fields.ts';

export const HealthchecksSettings = z.object({
  url: Address.default('https://healthchecks.io').meta({
    label: 'Address',
    help: 'Of healthchecks.io, or of your own server, without /api.',
    type: 'url',
  }),
  api: z.enum(['v3', 'v2', 'v1']).default('v3').meta({
    label: 'API version',
    help: 'Older servers of your own know only v2 or v1.',
  }),
  tags: lines().default([]).meta({
    label: 'Only checks with all of these tags',
    help: 'One per line. Empty: every check of the project.',
    type: 'lines',
  }),
  isLateShown: z.boolean().default(true).meta({
    label: 'Show late checks',
    help: 'A check that is late but within its grace time, as information. Without it only a check that is down is an alarm.',
  }),
  ...transportFields,
});
export type HealthchecksSettings = z.infer<typeof HealthchecksSettings>;
