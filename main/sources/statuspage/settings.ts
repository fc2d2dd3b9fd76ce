/** What a person configures for a status page. The form is drawn from this. */
import { z } from 'zod';
import { Address, lines, transportFields } from '../fields.ts';

export const StatuspageSettings = z.object({
  url: Address.meta({
    label: 'Address',
    help: 'Of the status page, as a browser opens it. An interval of 60 to 120 seconds is often enough; pages that change rarely answer cheaply.',
    type: 'url',
    placeholder: 'https://status.example.com',
  }),
  components: lines().default([]).meta({
    label: 'Components you depend on',
    help: 'Names or ids, one per line; the name of a group stands for all in it. Test shows which ones the page has.',
    type: 'lines',
  }),
  isWholePage: z.boolean().default(false).meta({
    label: 'The whole page',
    help: 'Every incident and component counts, also those that you do not use. Usually too much.',
  }),
  monitoring: z.enum(['acknowledged', 'firing']).default('acknowledged').meta({
    label: 'Incidents in "monitoring" are',
    help: 'Their cause is found and the fix is being watched.',
  }),
  isMaintenanceShown: z.boolean().default(true).meta({
    label: 'Show maintenance in progress',
    help: 'As suppressed: visible, and it wakes nobody.',
  }),
  ...transportFields,
});
export type StatuspageSettings = z.infer<typeof StatuspageSettings>;
