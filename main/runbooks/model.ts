/** What a runbook is once it was read: plain values that the store keeps and the rules work on. */
import type { Phase } from '../../preload/contract/runbooks.ts';

/** The languages whose quoting is known. `other`: only harmless values are filled in. */
export type Language = 'sh' | 'powershell' | 'sql' | 'promql' | 'json' | 'http' | 'other';

export interface ParsedCommand {
  /** As the fence names it, for people; empty when it has none. */
  readonly language: string;
  readonly quoting: Language;
  /** Without prompts and printed output. */
  readonly text: string;
}

export interface ParsedStep {
  readonly id: string;
  /** Markdown without the commands. */
  readonly text: string;
  readonly plainText: string;
  readonly section: string | null;
  /** Slugs of the sections around the step, outermost first. */
  readonly anchors: readonly string[];
  readonly phase: Phase;
  readonly commands: readonly ParsedCommand[];
  readonly expected: string | null;
  /** How to see that it worked. Runs of earlier versions lack what follows. */
  readonly verify?: string | null;
  /** How to take it back, as Markdown: its commands are shown and never run by a key. */
  readonly rollback?: string | null;
  /** How long it takes, in minutes. */
  readonly minutes?: number | null;
  /** As the document counts it: what "go to step 3" means. */
  readonly sourceNumber?: number;
}

export interface ParsedSection {
  /** Empty for what stands before the first heading. */
  readonly anchor: string;
  readonly heading: string;
  /** Other names of this place: ids that the document itself gives, also within the section's text. */
  readonly aliases: readonly string[];
  /** Alarms that rows of its tables name, as written. */
  readonly alarms: readonly string[];
  readonly body: string;
}

export type NameOrigin = 'front matter' | 'title' | 'file name' | 'heading' | 'table row';

/** A name by which an alarm finds this runbook for certain. */
export interface RunbookName {
  /** As `foldName` writes it. */
  readonly name: string;
  readonly anchor: string;
  readonly origin: NameOrigin;
}

export interface RunbookMeta {
  readonly title: string | null;
  readonly alerts: readonly string[];
  readonly reviewedOn: string | null;
  /** What it is about, by the front matter: services, components. */
  readonly services: readonly string[];
  /** The page's own address, when the front matter tells it. */
  readonly urls: readonly string[];
}

export interface ParsedRunbook {
  readonly title: string;
  readonly meta: RunbookMeta;
  /** What is wrong with its front matter, for people. */
  readonly problem: string | null;
  /** Front matter removed, other dialects translated. */
  readonly markdown: string;
  readonly sections: readonly ParsedSection[];
  readonly names: readonly RunbookName[];
  readonly steps: readonly ParsedStep[];
}
