/** Which alarms are muted by a rule now. Not every account has such rules, and not every login may read them. */
import { SourceError } from '../source-error.ts';
import { hasAwsCode, targetName, type CloudWatchApi, type Target } from './api.ts';
import { partsOf } from './to-alarm.ts';

const notOffered = ['UnknownOperation', 'InvalidAction', 'UnsupportedOperation', 'AccessDenied'];

export const muteKey = (arn: string, name: string): string => {
  const { region, account } = partsOf(arn);
  return `${region}:${account}:${name}`;
};

export function createMuteReader(target: Target, api: CloudWatchApi) {
  let isOffered = true;
  let remark: string | null = null;
  /** By ARN of the rule, with the time of its last change. */
  const rules = new Map<string, { changedAt: string; names: readonly string[] }>();

  async function readRules(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const muted = new Set<string>();
    const seen = new Set<string>();
    for (const { AlarmMuteRuleArn: arn, LastUpdatedTimestamp: changed } of await api.muteRules(
      target,
      signal,
    )) {
      seen.add(arn);
      const changedAt = String(changed ?? '');
      let rule = rules.get(arn);
      if (rule === undefined || rule.changedAt !== changedAt || changedAt === '') {
        const name = arn.slice(arn.indexOf(':alarm-mute-rule:') + ':alarm-mute-rule:'.length);
        rule = { changedAt, names: await api.mutedBy(target, name, signal) };
        rules.set(arn, rule);
      }
      for (const name of rule.names) muted.add(muteKey(arn, name));
    }
    for (const arn of rules.keys()) if (!seen.has(arn)) rules.delete(arn);
    return muted;
  }

  return {
    /** Failing to read them must not cost us the alarms: they only decide how an alarm is shown. */
    async read(
      isNeeded: boolean,
      signal: AbortSignal,
    ): Promise<{ muted: ReadonlySet<string>; remarks: readonly string[] }> {
      let muted: ReadonlySet<string> = new Set();
      if (isNeeded && isOffered) {
        try {
          muted = await readRules(signal);
          remark = null;
        } catch (error) {
          if (!(error instanceof SourceError)) throw error;
          isOffered = !hasAwsCode(error, ...notOffered);
          const isForbidden = hasAwsCode(error, 'AccessDenied');
          remark =
            isOffered || isForbidden
              ? `The mute rules of ${targetName(target)} could not be read, so muted alarms show as firing. ${error.message}`
              : null;
        }
      }
      return { muted, remarks: remark === null ? [] : [remark] };
    },
  };
}
