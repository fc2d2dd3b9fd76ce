/** Which backups to keep: the newest three, one a day for a week, one a week for a month, the last two before upgrades. */

export type BackupReason = 'daily' | 'upgrade';

export interface BackupFile {
  readonly name: string;
  readonly at: number;
  readonly reason: BackupReason;
}

const dayMs = 86_400_000;
const keptNewest = 3;
const keptDays = 7;
const keptWeeks = 4;
const keptUpgrades = 2;

/** `nightdesk-20261124T040000000Z-daily.db`: sorts by time, and says why it was made. */
export function backupName(at: number, reason: BackupReason): string {
  return `nightdesk-${new Date(at).toISOString().replaceAll(/[-:.]/g, '')}-${reason}.db`;
}

const namePattern =
  /^nightdesk-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-(daily|upgrade)(?:-\d+)?\.db$/;

/** Null for a file that is not a backup of ours: such a file is never touched. */
export function parseBackupName(name: string): BackupFile | null {
  const parts = namePattern.exec(name);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second, milli, reason] = parts;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`);
  return Number.isNaN(at) ? null : { name, at, reason: reason as BackupReason };
}

const newestFirst = (backups: readonly BackupFile[]): BackupFile[] =>
  [...backups].sort((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1));

/** The order in which to try them. One from the future was made by a wrong clock and may be old: it comes last. */
export const restoreOrder = (backups: readonly BackupFile[], now: number): BackupFile[] => {
  const ordered = newestFirst(backups);
  return [...ordered.filter(({ at }) => at <= now), ...ordered.filter(({ at }) => at > now)];
};

/** A backup from the future proves that the clock was wrong once: it does not stop new ones. */
export function isBackupDue(backups: readonly BackupFile[], now: number): boolean {
  return !backups.some((backup) => backup.at <= now && now - backup.at < dayMs);
}

/**
 * The backups that may go. Counts days and weeks that have a backup, not days on the calendar: a laptop that slept for a
 * year, or whose clock jumped, must not lose what it has.
 */
export function backupsToRemove(backups: readonly BackupFile[]): BackupFile[] {
  const ordered = newestFirst(backups);
  const kept = new Set(ordered.slice(0, keptNewest));

  const days = new Set<number>();
  const weeks = new Set<number>();
  for (const backup of ordered) {
    const day = Math.floor(backup.at / dayMs);
    // Weeks begin on Monday; day 0 of the epoch was a Thursday.
    const week = Math.floor((day + 3) / 7);
    if (!days.has(day) && days.size < keptDays) kept.add(backup);
    if (!weeks.has(week) && weeks.size < keptWeeks) kept.add(backup);
    days.add(day);
    weeks.add(week);
  }
  for (const backup of ordered.filter(({ reason }) => reason === 'upgrade').slice(0, keptUpgrades))
    kept.add(backup);
  return ordered.filter((backup) => !kept.has(backup));
}
