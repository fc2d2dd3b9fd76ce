/** What one check found, before it is decided whether that is an alarm. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { Level } from './levels.ts';

/** Names of the alarms; the starter runbooks are written for these. */
export type CheckName =
  | 'LocalDiskSpace'
  | 'LocalMemory'
  | 'LocalLoad'
  | 'LocalClock'
  | 'LocalCertificate'
  | 'LocalProbe';

export interface Finding {
  readonly check: CheckName;
  /** What was checked, unique within the check: a mount point, an address. */
  readonly target: string;
  /** In words, for the title: `Disk /home`. */
  readonly title: string;
  readonly service: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly result:
    | {
        readonly kind: 'value';
        /** Given the level that fires now. */
        level(before: Level | null): Level | null;
        /** What the two levels mean here. */
        readonly severities: Readonly<Record<Level, Severity>>;
        /** How many polls in a row it takes to believe a change. */
        readonly needed: number;
        readonly summary: string;
      }
    | { readonly kind: 'failed'; readonly reason: string };
}

export interface CheckResult {
  readonly findings: readonly Finding[];
  /** What could not be checked at all here, and why. */
  readonly remarks: readonly string[];
  /** Set when there may be more to find: then what is not among the findings may fire nevertheless. */
  readonly incompleteReason?: string | null;
}

const short: Readonly<Record<CheckName, string>> = {
  LocalDiskSpace: 'disk',
  LocalMemory: 'memory',
  LocalLoad: 'load',
  LocalClock: 'clock',
  LocalCertificate: 'certificate',
  LocalProbe: 'probe',
};

export const externalIdOf = ({ check, target }: Pick<Finding, 'check' | 'target'>): string =>
  `local:v1:${short[check]}:${target}`;
