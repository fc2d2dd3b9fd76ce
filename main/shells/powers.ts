/**
 * What only a shell can do, as an interface that it passes to the core.
 *
 * A shell that lacks one says so (`null`, `false`, or `describe`), and the core or the window falls back honestly.
 */
import type { DeskState } from '../../preload/contract/desk.ts';
import type { SystemInfo } from '../../preload/contract/system.ts';

export interface OutgoingNotification {
  /** Notifications with the same key replace each other. */
  readonly key: string;
  readonly class: 'page' | 'notice';
  readonly title: string;
  readonly body: string;
  readonly alarmId: number | null;
}

export interface Powers {
  /** Shows a notification. Rejects with the reason when the platform refused it. */
  notify(notification: OutgoingNotification): Promise<{ carrier: string }>;
  withdraw(key: string): Promise<void>;
  /** Tray, badge, title. Called on every change of the desk state. */
  showDeskState(state: DeskState): Promise<void>;
  secrets: {
    describe(): Promise<{ keychain: 'real' | 'none'; text: string }>;
    /** Null when there is none. Rejects when the keychain is locked or broken. */
    get(key: string): Promise<string | null>;
    /** Returns whether it will still be there after a restart. */
    set(key: string, value: string): Promise<{ isKept: boolean }>;
    delete(key: string): Promise<void>;
  };
  openLink(url: string): Promise<boolean>;
  /**
   * How the system would reach an address, in the words of PAC (`PROXY host:port; DIRECT`). Null: this shell cannot ask the
   * system, and the environment of the process decides.
   */
  findProxy(url: string): Promise<string | null>;
  /** Null when this shell has no dialog of its own; `path` null when the person cancelled. */
  saveFile(file: {
    fileName: string;
    mediaType: string;
    text: string;
  }): Promise<{ path: string | null } | null>;
  describe(): Promise<
    Pick<SystemInfo, 'shell'> & {
      canOpenLinks: boolean;
      canSaveFiles: boolean;
      hasTray: boolean;
      notifier: string;
    }
  >;
}

/** What a shell tells the core. */
export type ShellSignal =
  | { readonly type: 'suspended' }
  | { readonly type: 'resumed' }
  | { readonly type: 'network_changed' }
  | { readonly type: 'notification_clicked'; readonly alarmId: number };
