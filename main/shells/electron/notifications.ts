/** Notifications of the system through Electron. A click opens the alarm. */
import { Notification } from 'electron';
import { createLogger } from '../../logging.ts';
import type { OutgoingNotification, Powers } from '../powers.ts';

const log = createLogger('notifications');

export type Carrier = Pick<Powers, 'notify' | 'withdraw'> & { readonly name: string };

/** How long the system may take to say that it showed one. Linux says nothing when it refuses. */
const shownWithinMs = 3_000;

/** @returns null where the system has none, so that another carrier is used. */
export function createElectronCarrier(onClick: (alarmId: number | null) => void): Carrier | null {
  if (!Notification.isSupported()) return null;
  // Kept here: one that is collected as garbage loses its click.
  const shown = new Map<string, Notification>();

  const notify = (outgoing: OutgoingNotification): Promise<{ carrier: string }> => {
    shown.get(outgoing.key)?.close();
    const isPage = outgoing.class === 'page';
    const notification = new Notification({
      title: outgoing.title,
      body: outgoing.body,
      // The window plays our own sounds, which tell a page from a notice.
      silent: true,
      urgency: isPage ? 'critical' : 'normal',
      timeoutType: isPage ? 'never' : 'default',
    });
    shown.set(outgoing.key, notification);
    const forget = (): void => {
      if (shown.get(outgoing.key) === notification) shown.delete(outgoing.key);
    };
    notification.on('click', () => {
      forget();
      onClick(outgoing.alarmId);
    });
    notification.on('close', forget);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        log.warn('the system did not say that it showed a notification', { key: outgoing.key });
        reject(new Error('the system did not confirm that it showed the notification'));
      }, shownWithinMs);
      notification.once('show', () => {
        clearTimeout(timer);
        resolve({ carrier: 'electron' });
      });
      notification.once('failed', (_event, reason) => {
        clearTimeout(timer);
        forget();
        reject(new Error(reason));
      });
      notification.show();
    });
  };

  return {
    name: 'system notifications',
    notify,
    async withdraw(key) {
      shown.get(key)?.close();
      shown.delete(key);
    },
  };
}

/** Tries the second where the first failed: a page that nobody saw is worse than one seen twice. */
export function withFallback(first: Carrier | null, second: Carrier): Carrier {
  if (first === null) return second;
  return {
    name: first.name,
    async notify(outgoing) {
      try {
        return await first.notify(outgoing);
      } catch (error) {
        log.warn('a notification went through the second carrier', { error });
        return second.notify(outgoing);
      }
    },
    async withdraw(key) {
      await Promise.all([first.withdraw(key), second.withdraw(key)]);
    },
  };
}
