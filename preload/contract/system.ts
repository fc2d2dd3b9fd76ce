/** The program itself: its shell and what that shell can do, files and links, the drill. */
import { z } from 'zod';
import { method } from './base.ts';
import { Instant } from './common.ts';

export const SystemInfo = z.object({
  version: z.string(),
  shell: z.enum(['electron', 'web']),
  dataFolder: z.string(),
  isDrill: z.boolean(),
  timeZone: z.string(),
  /** What this shell can do. What it cannot, the window does itself or says so. */
  powers: z.object({
    keychain: z.enum(['real', 'none']),
    keychainText: z.string(),
    canOpenLinks: z.boolean(),
    canSaveFiles: z.boolean(),
    hasTray: z.boolean(),
    notifier: z.string(),
  }),
});
export type SystemInfo = z.infer<typeof SystemInfo>;

export const DrillState = z.object({
  /** Of the script: "Checkout is down at 04:00". */
  title: z.string(),
  isRunning: z.boolean(),
  isFinished: z.boolean(),
  startedAt: Instant.nullable(),
  /** How many times faster than real time the script plays. */
  factor: z.number(),
  minute: z.number(),
  debrief: z
    .object({
      toAcknowledgeMs: z.number().nullable(),
      toMitigateMs: z.number().nullable(),
      toResolveMs: z.number().nullable(),
      stepsDone: z.int(),
      remarks: z.array(z.string()),
    })
    .nullable(),
});
export type DrillState = z.infer<typeof DrillState>;

export const system = {
  info: method.input(z.object({})).output(SystemInfo),
  ping: method.input(z.object({})).output(z.object({ at: Instant })),
  /** http and https only. False: this shell cannot, the window opens it itself. */
  openLink: method
    .input(z.object({ url: z.url().max(8_000) }))
    .output(z.object({ isOpened: z.boolean() })),
  /** False: this shell cannot, the window offers it as a download. */
  saveFile: method
    .input(z.object({ fileName: z.string().max(200), mediaType: z.string(), text: z.string() }))
    .output(z.object({ isHandled: z.boolean(), path: z.string().nullable() })),
  drill: method.input(z.object({})).output(DrillState.nullable()),
};
