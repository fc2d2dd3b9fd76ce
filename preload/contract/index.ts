/** The contract: a value from which types, validation, every carrier and the test doubles come. */
import { alarms } from './alarms.ts';
import { customActions } from './custom-actions.ts';
import { desk } from './desk.ts';
import { editing } from './editing.ts';
import { incidents } from './incidents.ts';
import { notifications } from './notifications.ts';
import { outbox } from './outbox.ts';
import { postmortems } from './postmortems.ts';
import { reviews } from './reviews.ts';
import { runbooks } from './runbooks.ts';
import { running } from './running.ts';
import { settings } from './settings.ts';
import { silences } from './silences.ts';
import { sources } from './sources.ts';
import { system } from './system.ts';

export const contract = {
  alarms,
  customActions,
  desk,
  editing,
  incidents,
  notifications,
  outbox,
  postmortems,
  reviews,
  runbooks,
  running,
  settings,
  silences,
  sources,
  system,
};
export type Contract = typeof contract;
