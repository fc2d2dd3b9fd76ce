/** What a person configures for the checks of this computer. All of it has defaults: it runs with none. */
import { z } from 'zod';
import { parseTarget } from './targets.ts';

const Percent = z.number().min(1).max(100);

const Target = z
  .string()
  .trim()
  .max(2_000)
  .superRefine((text, context) => {
    const target = parseTarget(text);
    if (typeof target === 'string') context.addIssue({ code: 'custom', message: target });
  });

export const LocalSettings = z.object({
  targets: z.array(Target).max(50).default([]).meta({
    label: 'Addresses to probe',
    help: 'One per line: https://host/path, http://host/path, tcp://host:port or tls://host:port. Asked directly, not through a proxy. Certificates are looked at on the way.',
    type: 'lines',
    placeholder: 'https://shop.example.org/health',
  }),
  probeSeverity: z.enum(['critical', 'high', 'warning', 'info']).default('high').meta({
    label: 'Severity of a failed probe',
    help: 'Critical and high may wake you.',
  }),
  probeTimeoutSeconds: z.number().min(1).max(20).default(5).meta({
    label: 'Seconds until a probe counts as failed',
    help: '',
  }),
  certificateWarningDays: z.number().min(0).max(365).default(21).meta({
    label: 'Certificates: warn this many days before the end',
    help: '',
  }),
  certificateCriticalDays: z.number().min(0).max(365).default(5).meta({
    label: 'Certificates: high this many days before the end',
    help: 'One that has ended, or that is not trusted, is critical.',
  }),
  diskWarningPercent: Percent.default(90).meta({
    label: 'Disk: warn when this full, in percent',
    help: 'Space and inodes, of every real file system that can be written to.',
  }),
  diskCriticalPercent: Percent.default(97).meta({
    label: 'Disk: critical when this full, in percent',
    help: '',
  }),
  diskEnoughGb: z.number().min(0).max(100_000).default(50).meta({
    label: 'Disk: this many GB free are enough',
    help: 'A large disk is not full because a few percent of it are left.',
  }),
  ignoredMounts: z.array(z.string().trim().min(1)).max(200).default([]).meta({
    label: 'Mount points to ignore',
    help: '',
    type: 'lines',
  }),
  memoryWarningPercent: Percent.default(10).meta({
    label: 'Memory: warn when less than this is available, in percent',
    help: '',
  }),
  memoryCriticalPercent: Percent.default(4).meta({
    label: 'Memory: high when less than this is available, in percent',
    help: '',
  }),
  loadWarning: z.number().min(0.1).max(1_000).default(3).meta({
    label: 'Load per processor: warn above',
    help: 'Average of five minutes.',
  }),
  loadCritical: z.number().min(0.1).max(1_000).default(8).meta({
    label: 'Load per processor: high above',
    help: '',
  }),
  clockWarningSeconds: z.number().min(2).max(86_400).default(10).meta({
    label: 'Clock: warn when off by this many seconds',
    help: 'Compared with the answers of the HTTP addresses above; without one the clock is not checked.',
  }),
});
export type LocalSettings = z.infer<typeof LocalSettings>;
