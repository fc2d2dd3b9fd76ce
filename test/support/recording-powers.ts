/** A shell that writes down what it was asked for. */
import { AppError } from '../../main/errors.ts';
import type { OutgoingNotification, Powers } from '../../main/shells/powers.ts';
import { createRunSecrets } from '../../main/shells/run-secrets.ts';
import type { DeskState } from '../../preload/contract/desk.ts';

export interface RecordingPowers extends Powers {
  readonly states: DeskState[];
  readonly notifications: OutgoingNotification[];
  readonly links: string[];
}

export function createRecordingPowers(): RecordingPowers {
  const states: DeskState[] = [];
  const notifications: OutgoingNotification[] = [];
  const links: string[] = [];
  return {
    states,
    notifications,
    links,
    async notify(notification) {
      notifications.push(notification);
      return { carrier: 'recording' };
    },
    async withdraw() {},
    async showDeskState(state) {
      states.push(state);
    },
    secrets: {
      ...createRunSecrets('This is a test.'),
      async delete() {
        throw new AppError('secret.unavailable', 'The keychain is locked.', {
          next: 'Unlock it.',
          isRetryable: true,
        });
      },
    },
    async findProxy() {
      return null;
    },
    async openLink(url) {
      links.push(url);
      return true;
    },
    async saveFile() {
      return null;
    },
    async describe() {
      return {
        shell: 'web',
        canOpenLinks: true,
        canSaveFiles: false,
        hasTray: false,
        notifier: 'recording',
      };
    },
  };
}
