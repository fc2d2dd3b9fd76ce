/** What the web shell can do. What it cannot, the window does itself: links, files, the title. */
import type { Powers } from '../powers.ts';

export interface WebPowersParts {
  readonly carrier: Pick<Powers, 'notify' | 'withdraw'> & { readonly name: string };
  readonly secrets: Powers['secrets'];
}

export function createWebPowers({ carrier, secrets }: WebPowersParts): Powers {
  return {
    notify: (notification) => carrier.notify(notification),
    withdraw: (key) => carrier.withdraw(key),
    // No tray and no badge: each window draws the desk state itself, and goes blind when its socket closes.
    async showDeskState() {},
    secrets,
    async findProxy() {
      return null;
    },
    async openLink() {
      return false;
    },
    async saveFile() {
      return null;
    },
    async describe() {
      return {
        shell: 'web',
        canOpenLinks: false,
        canSaveFiles: false,
        hasTray: false,
        notifier: carrier.name,
      };
    },
  };
}
