/** Answers of an Alertmanager as bytes, as they would arrive: every resend moves `updatedAt` and `endsAt`. */
import { syntheticAlert } from '../support/synthetic-alerts.ts';

export interface AnswerOptions {
  readonly count: number;
  /** Index of the first alert; two answers with different ranges share no alert. */
  readonly first?: number;
  /** What `startsAt` counts back from: the same in every answer, or each would be a change. */
  readonly bornAtMs: number;
  readonly sentAtMs: number;
  /** Overrides the severity label. */
  readonly severity?: string;
}

export function alertsOf(options: AnswerOptions): Record<string, unknown>[] {
  const { count, first = 0, bornAtMs, sentAtMs, severity } = options;
  return Array.from({ length: count }, (_, offset) => {
    const alert = syntheticAlert(first + offset, bornAtMs);
    return {
      ...alert,
      updatedAt: new Date(sentAtMs).toISOString(),
      endsAt: new Date(sentAtMs + 240_000).toISOString(),
      ...(severity === undefined
        ? {}
        : { labels: { ...(alert['labels'] as Record<string, string>), severity } }),
    };
  });
}

export const answerBytes = (options: AnswerOptions): Buffer =>
  Buffer.from(JSON.stringify(alertsOf(options)));

/** `GET /api/v2/status` of an Alertmanager that had run for a day when this process began. */
const uptime = new Date(Date.now() - 86_400_000).toISOString();
export const statusAnswer = {
  cluster: { name: '01', status: 'ready', peers: [] },
  config: { original: '' },
  uptime,
  versionInfo: { version: '0.27.0' },
};
