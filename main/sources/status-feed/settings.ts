/** What a person configures for a status feed. The form is drawn from this. */
import { z } from 'zod';
import { Severity } from '../../../preload/contract/common.ts';
import { Address, lines, transportFields } from '../fields.ts';

const hoursIn30Days = 720;

export const StatusFeedSettings = z.object({
  url: Address.meta({
    label: 'Address of the feed',
    help: 'RSS or Atom. Where the page has an API, "Statuspage" knows more. An interval of 60 to 120 seconds is often enough.',
    type: 'url',
    placeholder: 'https://status.example.com/history.atom',
  }),
  mentions: lines().default([]).meta({
    label: 'Only entries that mention',
    help: 'Words, one per line: an entry counts when its title or text has one of them. Empty: all count.',
    type: 'lines',
  }),
  severity: Severity.default('warning').meta({
    label: 'Severity of its entries',
    help: 'Feeds tell none.',
  }),
  monitoring: z.enum(['acknowledged', 'firing']).default('acknowledged').meta({
    label: 'Entries in "monitoring" are',
    help: 'Their cause is found and the fix is being watched.',
  }),
  identity: z.enum(['entry', 'link', 'title']).default('entry').meta({
    label: 'One incident is',
    help: 'One entry that is rewritten (most pages); or all entries with one link, or one title, where each update is an entry of its own.',
  }),
  newestHours: z.number().int().min(1).max(hoursIn30Days).default(24).meta({
    label: 'New entries up to this age',
    help: 'In hours. What is older when it is first seen is history, and no alarm.',
  }),
  forgetAfterHours: z.number().int().min(0).max(hoursIn30Days).default(0).meta({
    label: 'Give up after hours without news',
    help: '0: never. An entry ends when the feed says "resolved" or you resolve it; for feeds that never say so, it ends after this time.',
  }),
  ...transportFields,
});
export type StatusFeedSettings = z.infer<typeof StatusFeedSettings>;
