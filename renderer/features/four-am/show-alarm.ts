/** A notification was clicked: shows its alarm on the screen that fits the hour. */
import type { AlarmId } from '../../../preload/contract/common.ts';
import { client } from '../../api/client.ts';
import { navigate } from '../../app/hash-location.ts';
import { placeOfShown } from './night.ts';
import { dismissedNight } from './offer-memory.ts';

export async function showAlarm(id: AlarmId, path: string): Promise<void> {
  const [{ row }, { settings }] = await Promise.all([
    client.alarms.get({ id }),
    client.settings.get({}),
  ]);
  navigate(
    placeOfShown({
      alarm: row,
      path,
      settings,
      now: Date.now(),
      dismissedNight: dismissedNight(),
    }),
  );
}
