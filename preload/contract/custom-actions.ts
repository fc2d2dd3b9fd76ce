/** Actions of one's own on an alarm: a web address, a command to copy, a command to run. */
import { z } from 'zod';
import { method } from './base.ts';
import { AlarmId } from './common.ts';
import { CommandPart } from './runbooks.ts';
import { CustomActionKind } from './settings.ts';

/** Filled in from one alarm. */
export const FilledAction = z.object({
  /** Names it in the other methods, as long as the settings are the same. */
  key: z.string(),
  name: z.string(),
  kind: CustomActionKind,
  /** What was filled in, and what is missing and must be asked. */
  parts: z.array(CommandPart),
  /** The whole address or command, exactly as it is opened, copied or run. */
  text: z.string(),
  hasMissing: z.boolean(),
  /** For people: why it cannot be used although nothing is missing; null: it can. */
  problem: z.string().nullable(),
});
export type FilledAction = z.infer<typeof FilledAction>;

export const CommandResult = z.object({
  /** Null: it was ended before it ended itself. */
  exitCode: z.int().nullable(),
  /** For people, when it did not end by itself: `stopped by you`, `ended after 2 minutes`. */
  ended: z.string().nullable(),
  /** What it printed, both streams as they came; secrets are left out. */
  output: z.string(),
  /** It printed more. */
  isCut: z.boolean(),
  tookMs: z.number().nonnegative(),
});
export type CommandResult = z.infer<typeof CommandResult>;

/** What the person typed for what the alarm does not say, by the name of the placeholder. */
const Answers = z.record(z.string().max(300), z.string().max(20_000)).default({});
const Which = z.object({ alarmId: AlarmId, key: z.string().max(200), answers: Answers });

export const customActions = {
  /** Those that are meant for this alarm, in the order of the settings. */
  list: method
    .input(z.object({ alarmId: AlarmId, answers: Answers }))
    .output(z.array(FilledAction)),
  /** Whether commands run at all. Kept on this computer only: a shared file must not switch it on. */
  running: method.input(z.object({})).output(z.object({ isOn: z.boolean() })),
  setRunning: method.input(z.object({ isOn: z.boolean() })).output(z.object({ isOn: z.boolean() })),
  /** It was opened or copied: the history keeps that. */
  done: method.input(Which).output(z.object({})),
  /** Runs the command that the person saw. `text`: that command; another one is refused. */
  run: method.input(Which.extend({ text: z.string().max(40_000) })).output(CommandResult),
  stop: method.input(Which.pick({ alarmId: true, key: true })).output(z.object({})),
};
