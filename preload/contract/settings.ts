/** Settings: kept in the readable configuration file, except for what belongs to one window. */
import { z } from 'zod';
import { method } from './base.ts';
import { Severity } from './common.ts';

/** Local time of day, `22:00`. */
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');

export const Hours = z.object({ from: TimeOfDay, to: TimeOfDay });
export type Hours = z.infer<typeof Hours>;

export const NotificationRule = z.object({
  /** Filter language; the first rule that matches decides. */
  query: z.string().max(2_000),
  class: z.enum(['page', 'notice', 'none']),
});

export const CustomActionKind = z.enum(['open_url', 'copy_command', 'run_command']);
export type CustomActionKind = z.infer<typeof CustomActionKind>;

/** An action of one's own on an alarm. */
export const CustomAction = z.object({
  name: z.string().min(1).max(80),
  kind: CustomActionKind,
  /** An address or a command with `{{labels.pod}}`, `{{annotations.x}}`, `{{title}}` in it. */
  template: z.string().min(1).max(8_000),
  /** Filter language: the alarms it is meant for; empty: all. */
  query: z.string().max(2_000).default(''),
});
export type CustomAction = z.infer<typeof CustomAction>;

/** A Git repository of runbooks. Its token, where it needs one, is in the keychain. */
export const GitRunbooks = z.object({
  kind: z.literal('git'),
  url: z.string().min(1).max(2_000),
  /** Empty: the one that the repository names itself. */
  branch: z.string().max(250).default(''),
  /** Empty: all of it. */
  subfolder: z.string().max(1_000).default(''),
  /** Goes with the token, where the server asks for one; empty: one that most servers take. */
  user: z.string().max(300).default(''),
  intervalMs: z.int().min(60_000).max(604_800_000).default(600_000),
});
export type GitRunbooks = z.infer<typeof GitRunbooks>;

/** `example.org` or `example.org:8443`. */
export const SiteHost = z
  .string()
  .max(260)
  .regex(/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i, 'a host like wiki.example.org');

/** How one logs in at a site of runbooks. What is secret about it is in the keychain. */
export const RunbookSite = z.object({
  host: SiteHost,
  login: z.enum(['bearer', 'basic', 'header', 'cookie']),
  /** For `basic`. */
  user: z.string().max(300).default(''),
  /** For `header`: its name. */
  header: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9-]*$/, 'letters, digits and dashes')
    .default(''),
});
export type RunbookSite = z.infer<typeof RunbookSite>;

/** Copies of the pages that alarms link to. */
export const RunbookWeb = z.object({
  isOn: z.boolean(),
  refreshEveryMs: z.int().min(600_000).max(2_592_000_000),
  /** Hosts on private networks from which pages may be taken; those of the alarm sources may anyway. */
  hosts: z.array(SiteHost).max(200),
  sites: z.array(RunbookSite).max(50),
});
export type RunbookWeb = z.infer<typeof RunbookWeb>;

export const Settings = z.object({
  person: z.string().max(200),
  theme: z.enum(['dark', 'light', 'system']),
  /** IANA name; empty: the system's. */
  timeZone: z.string().max(100),
  quietHours: Hours.nullable(),
  sleepHours: Hours.nullable(),
  classBySeverity: z.record(Severity, z.enum(['page', 'notice', 'none'])),
  rules: z.array(NotificationRule).max(100),
  repeatPageEveryMs: z.int().min(30_000).max(3_600_000),
  repeatPageAtMost: z.int().min(0).max(100),
  isSoundOn: z.boolean(),
  runbookFolders: z.array(z.string().max(4_000)).max(50),
  runbookSources: z.array(GitRunbooks).max(50),
  runbookWeb: RunbookWeb,
  /** What a placeholder of a runbook's command is where no label says it, by its name: `cluster`. */
  placeholderDefaults: z.record(z.string().min(1).max(200), z.string().max(2_000)),
  /** A command of a runbook that was started here is ended after this time. */
  commandTimeoutMs: z.int().min(5_000).max(86_400_000),
  isFourAmDefault: z.boolean(),
  acknowledgeForMs: z.int().min(300_000).max(86_400_000),
  hasChosenStart: z.boolean(),
  customActions: z.array(CustomAction).max(50),
});
export type Settings = z.infer<typeof Settings>;

export const View = z.object({
  id: z.string().max(64),
  name: z.string().min(1).max(100),
  query: z.string().max(2_000),
});
export type View = z.infer<typeof View>;

export const settings = {
  get: method.input(z.object({})).output(z.object({ settings: Settings, configFile: z.string() })),
  update: method.input(Settings.partial()).output(Settings),
  /** Saved views with the number of alarms each shows now. */
  views: method
    .input(z.object({}))
    .output(z.array(View.extend({ count: z.int(), isBuiltIn: z.boolean() }))),
  saveView: method.input(View.extend({ id: z.string().max(64).optional() })).output(View),
  removeView: method.input(z.object({ id: z.string() })).output(z.object({})),
};
