/** Runbooks: the offline library, search, and runs of their steps. */
import { z } from 'zod';
import { method } from './base.ts';
import { AlarmId, IncidentId, Instant, RunbookId, RunId } from './common.ts';
import { hygieneMethods } from './runbook-hygiene.ts';
import { verdictMethods } from './runbook-verdicts.ts';
import { linkMethods } from './runbook-links.ts';
import { GitRunbooks, RunbookSite, SiteHost } from './settings.ts';
import { TestReport } from './sources.ts';

export const RunbookSummary = z.object({
  id: RunbookId,
  title: z.string(),
  path: z.string(),
  folder: z.string(),
  modifiedAt: Instant,
  /** When the offline copy was taken. */
  copiedAt: Instant,
  reviewedOn: z.string().nullable(),
  stepCount: z.int().nonnegative(),
});
export type RunbookSummary = z.infer<typeof RunbookSummary>;

export const RunbookHit = z.object({
  id: RunbookId,
  title: z.string(),
  path: z.string(),
  anchor: z.string().nullable(),
  heading: z.string().nullable(),
  /** Plain text in parts; marked parts matched. Never HTML. */
  snippet: z.array(z.object({ text: z.string(), isMatch: z.boolean() })),
});
export type RunbookHit = z.infer<typeof RunbookHit>;

/** Part of a query that narrows it: `source:wiki`, `service:checkout`, `age>90d`. */
export const RunbookFilter = z.object({
  /** As it was typed; taken out of the query, it filters no more. */
  text: z.string(),
  /** For people: `older than 90 days`, or what is missing. */
  words: z.string(),
  /** False: it filters nothing yet. */
  isUnderstood: z.boolean(),
});
export type RunbookFilter = z.infer<typeof RunbookFilter>;

export const RunbookSearch = z.object({
  hits: z.array(RunbookHit),
  filters: z.array(RunbookFilter),
  /** Words that occur nowhere, and the ones that were looked for instead. */
  corrected: z.array(z.object({ typed: z.string(), found: z.array(z.string()) })),
});
export type RunbookSearch = z.infer<typeof RunbookSearch>;

/** Part of a command: literal text, a value filled in from somewhere, or a placeholder that is still missing. */
export const CommandPart = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({
    kind: z.literal('filled'),
    /** What goes into the command, already quoted for the fence's language. */
    text: z.string(),
    value: z.string(),
    name: z.string(),
    /** For people: `label namespace`, `you`. */
    from: z.string(),
  }),
  z.object({
    kind: z.literal('missing'),
    text: z.string(),
    /** Asked under this name; every spelling of one placeholder shares it. */
    name: z.string(),
    /** Set when there is a value that must not go into this command as it is: why. */
    why: z.string().optional(),
    /** That value and where it is from: shown, and not put in. */
    refused: z.object({ value: z.string(), from: z.string() }).optional(),
  }),
]);
export type CommandPart = z.infer<typeof CommandPart>;

export const StepCommand = z.object({
  language: z.string(),
  parts: z.array(CommandPart),
  /** What copying gives: prompts and printed output left out, values quoted. */
  copyText: z.string(),
  hasMissing: z.boolean(),
  /** What Nightdesk can do with it here: run it in a shell, ask a Prometheus, fetch an address. Null: only copy it. */
  runs: z.enum(['shell', 'query', 'get']).nullable(),
});
export type StepCommand = z.infer<typeof StepCommand>;

export const StepState = z.enum(['open', 'done', 'skipped', 'did_not_help']);
export type StepState = z.infer<typeof StepState>;

/** Where a step belongs in the reading order of the night. */
export const Phase = z.enum(['real', 'how_bad', 'stop_it', 'tell', 'investigate']);
export type Phase = z.infer<typeof Phase>;

export const Step = z.object({
  /** Stable over edits of other steps, so that history survives them. */
  id: z.string(),
  number: z.int().positive(),
  /** Markdown of the step without its commands. */
  text: z.string(),
  /** The same without markup, one line. */
  plainText: z.string(),
  section: z.string().nullable(),
  phase: Phase,
  commands: z.array(StepCommand),
  expected: z.string().nullable(),
  /** How to see that it worked. */
  verify: z.string().nullable(),
  /** How to take it back, as Markdown; shown, and never run by a key. */
  rollback: z.string().nullable(),
  /** How long it takes, in minutes, where the runbook says it. */
  minutes: z.number().positive().nullable(),
  /** "If …, go to step 3", and the step that is meant. */
  goTo: z.array(z.object({ text: z.string(), stepId: z.string(), number: z.int().positive() })),
  /** Its text or commands are others than when this run last did something about it. */
  isChanged: z.boolean(),
  /** True when a command looks broad or destructive by its words (delete, drain, rm -rf, systemctl stop, a cloud's stop). */
  isBroad: z.boolean(),
  state: StepState,
  at: Instant.nullable(),
});
export type Step = z.infer<typeof Step>;

/** One execution of a runbook's steps for an alarm or an incident. */
export const Run = z.object({
  id: RunId,
  runbook: RunbookSummary,
  anchor: z.string().nullable(),
  alarmId: AlarmId.nullable(),
  incidentId: IncidentId.nullable(),
  startedAt: Instant,
  steps: z.array(Step),
  missing: z.array(z.string()),
  answers: z.record(z.string(), z.string()),
  doneCount: z.int().nonnegative(),
});
export type Run = z.infer<typeof Run>;

/** Where runbooks come from: folders of this computer, Git repositories, pages that alarms link to, and Nightdesk itself. */
export const RunbookSource = z.object({
  kind: z.enum(['folder', 'git', 'web', 'shipped']),
  /** Equals `folder` of its runbooks. */
  folder: z.string(),
  title: z.string(),
  /** Its path or address. */
  place: z.string(),
  count: z.int().nonnegative(),
  /** When its copy was last known to be what its origin has: the last look, the last pull, the oldest page. */
  copiedAt: Instant.nullable(),
  /** How fresh it is and how it is kept so, in words without the time. */
  freshness: z.string(),
  problem: z.string().nullable(),
  /** The last look at it failed as a whole, so all of it is the last copy. Otherwise a problem is about some of its files. */
  isAway: z.boolean(),
  /** What to do about the problem. */
  next: z.string().nullable(),
  /** It is being read or fetched now. */
  isBusy: z.boolean(),
  /** For `git`: as it is configured. */
  git: GitRunbooks.extend({ hasToken: z.boolean() }).nullable(),
});
export type RunbookSource = z.infer<typeof RunbookSource>;

/** One site of the pages that alarms link to. */
export const WebSite = z.object({
  host: z.string(),
  pageCount: z.int().nonnegative(),
  copiedCount: z.int().nonnegative(),
  /** Of what stands in the way, what a person can do most about; null: nothing does. */
  reason: z.enum(['login', 'private', 'gone', 'away', 'refused']).nullable(),
  problem: z.string().nullable(),
  next: z.string().nullable(),
  /** Copied although it is on a private network. */
  isAllowed: z.boolean(),
  login: RunbookSite.nullable(),
  hasSecret: z.boolean(),
});
export type WebSite = z.infer<typeof WebSite>;

/** Of a runbook that was a web page: where it is, and that this is a copy. */
export const PageCopy = z.object({
  url: z.string(),
  /** When the page was last known to be as this copy is. */
  fetchedAt: Instant,
  /** It should have been looked at again by now, and could not be. */
  isStale: z.boolean(),
  problem: z.string().nullable(),
});
export type PageCopy = z.infer<typeof PageCopy>;

export const Runbook = z.object({
  summary: RunbookSummary,
  /** Null unless it was a web page. */
  copyOf: PageCopy.nullable(),
  /** What is wrong with its front matter, whose values are then missing; null: nothing. */
  problem: z.object({ text: z.string(), next: z.string() }).nullable(),
  /** As Markdown, whatever dialect it was written in; front matter removed. Rendered sanitised by the window. */
  markdown: z.string(),
  steps: z.array(Step),
  /** Anchors of the headings that are called like alarms, where there are several: steps of one are not those of another. */
  alarmSections: z.array(z.string()),
  /** Names of placeholders without a value. */
  missing: z.array(z.string()),
  /** The run that `startRun` would answer with, when there is one already. */
  run: Run.nullable(),
});
export type Runbook = z.infer<typeof Runbook>;

export const runbooks = {
  list: method.input(z.object({})).output(
    z.object({
      runbooks: z.array(RunbookSummary),
      sources: z.array(RunbookSource),
    }),
  ),
  /** As you type: any text is a valid query. */
  search: method
    .input(z.object({ text: z.string().max(500), limit: z.int().max(100).default(30) }))
    .output(RunbookSearch),
  /** With an alarm, commands are filled in from its labels. With an anchor, the steps are those of its section. */
  get: method
    .input(
      z.object({
        id: RunbookId,
        alarmId: AlarmId.optional(),
        incidentId: IncidentId.optional(),
        anchor: z.string().nullable().optional(),
      }),
    )
    .output(Runbook),
  /** The run of this runbook for this alarm; started on the first call, the same one afterwards. */
  startRun: method
    .input(
      z.object({
        runbookId: RunbookId,
        anchor: z.string().nullable().default(null),
        alarmId: AlarmId.nullable().default(null),
        incidentId: IncidentId.nullable().default(null),
      }),
    )
    .output(Run),
  getRun: method.input(z.object({ id: RunId })).output(Run),
  setStep: method
    .input(z.object({ runId: RunId, stepId: z.string(), state: StepState }))
    .output(Run),
  /** Values for placeholders that no label fills. */
  answer: method
    .input(
      z.object({ runId: RunId, answers: z.record(z.string().max(200), z.string().max(20_000)) }),
    )
    .output(Run),
  /** Puts "copied the command of step 2" on the timeline. */
  noteCopied: method
    .input(
      z.object({ runId: RunId, stepId: z.string(), command: z.int().nonnegative().default(0) }),
    )
    .output(z.object({})),
  /** "Update now": reads or fetches at once. Without a folder: all. Answers before it is done. */
  updateSource: method
    .input(z.object({ folder: z.string().max(4_000).optional() }))
    .output(z.object({})),
  /** Tries a repository without keeping anything. Without a token, the one kept for this address is used. */
  testGit: method
    .input(z.object({ source: GitRunbooks, token: z.string().max(20_000).optional() }))
    .output(TestReport),
  /** Adds a repository, or changes the one whose folder is `replaces`. An empty token removes the kept one. */
  saveGit: method
    .input(
      z.object({
        source: GitRunbooks,
        replaces: z.string().max(4_000).optional(),
        token: z.string().max(20_000).optional(),
      }),
    )
    .output(z.object({ folder: z.string(), isTokenKept: z.boolean().nullable() })),
  /** Takes a folder or a repository out; its copies go, what was run from them stays. */
  removeSource: method.input(z.object({ folder: z.string().max(4_000) })).output(z.object({})),
  /** An image that a runbook shows, from the copy, as a `data:` address. */
  asset: method
    .input(z.object({ id: RunbookId, path: z.string().max(4_000) }))
    .output(z.object({ dataUrl: z.string().nullable(), problem: z.string().nullable() })),
  ...verdictMethods,
  ...hygieneMethods,
  ...linkMethods,
  webSites: method.input(z.object({})).output(z.array(WebSite)),
  /** How one logs in at a site. An empty secret removes the kept one. */
  saveSite: method
    .input(z.object({ site: RunbookSite, secret: z.string().max(20_000).optional() }))
    .output(z.object({ isSecretKept: z.boolean().nullable() })),
  removeSite: method.input(z.object({ host: SiteHost })).output(z.object({})),
};
