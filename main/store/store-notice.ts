/** What the person must be told about the store, kept in it until dismissed. */
import type { Connection } from './native.ts';

export interface StoreNotice {
  readonly at: number;
  readonly kind: 'restored' | 'migrated' | 'problem';
  readonly title: string;
  readonly text: string;
}

/** `2026-11-24 04:00 UTC`: the same for whoever reads it, wherever the laptop is. */
export const forPeople = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export function writeNotice(connection: Connection, notice: StoreNotice): void {
  connection
    .prepare('INSERT INTO notice (at, kind, title, text) VALUES (@at, @kind, @title, @text)')
    .run({ ...notice, at: new Date(notice.at).toISOString() });
}
