/** AWS CloudWatch: metric and composite alarms of several accounts in several regions as one source. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { toMs } from '../../clock.ts';
import type {
  Connector,
  ConnectorContext,
  ConnectorKind,
  Passed,
  PassedEpisode,
  PollResult,
} from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { createKept } from '../kept-actions.ts';
import { createRemembered } from '../remembered.ts';
import { SourceError } from '../source-error.ts';
import { createApi, targetName, type Target } from './api.ts';
import { muteKey } from './mutes.ts';
import { arnOf, nameOf, WireAlarm } from './parse.ts';
import { episodesOf } from './passed.ts';
import { readProfile } from './profiles.ts';
import { createTargetReader, type TargetAnswer } from './reader.ts';
import { CloudWatchSettings, cloudWatchSecrets, endpointOf } from './settings.ts';
import type { Credentials } from './signature.ts';
import { testCloudWatch } from './test-report.ts';
import { externalIdOf, isShown, partsOf, toAlarm } from './to-alarm.ts';

/** CloudWatch allows some nine requests a second and region; this many targets are read at once. */
const atOnce = 4;
/** It keeps changes of state for two weeks at least. */
const keptMs = 14 * 86_400_000;
const mostNames = 100;

const asSourceError = (error: unknown): SourceError => {
  if (error instanceof SourceError) return error;
  throw error;
};

function targetsOf(
  settings: CloudWatchSettings,
  secrets: Readonly<Record<string, string>>,
): Target[] {
  const isTemporary = settings.login === 'temporary';
  const keys: Credentials = {
    accessKeyId: settings.accessKeyId,
    secretAccessKey: secrets[isTemporary ? 'temporarySecretAccessKey' : 'secretAccessKey'] ?? '',
    sessionToken: isTemporary ? (secrets['sessionToken'] ?? '') : null,
  };
  const accounts =
    settings.login === 'profile'
      ? [...new Set(settings.profiles)].map((profile) => ({
          profile,
          credentials: () => readProfile(profile, settings.profileFolder),
        }))
      : [{ profile: '', credentials: async () => keys }];
  return accounts.flatMap((account) =>
    [...new Set(settings.regions)].map((region) => ({
      ...account,
      region,
      url: endpointOf(settings.endpoint, region),
    })),
  );
}

/** The results in the order of the targets. */
async function forEach<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  const results: PromiseSettledResult<Result>[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    results.push(...(await Promise.allSettled(items.slice(at, at + atOnce).map(work))));
  }
  return results;
}

function createCloudWatch(context: ConnectorContext): Connector {
  const settings = CloudWatchSettings.parse(context.settings);
  const { clock, severityMap, secrets } = context;
  const targets = targetsOf(settings, secrets);
  const api = createApi({
    http: context.http,
    now: () => clock.now(),
    secrets: Object.values(secrets),
  });
  const readers = targets.map((target) => createTargetReader(target, api, settings));
  const kept = createKept({ clock, title: 'CloudWatch', memory: context.memory });
  const remember = createRemembered();
  let muted: ReadonlySet<string> = new Set();

  const mapping = () => ({
    settings,
    severityMap,
    nowMs: clock.now(),
    isMuted: (arn: string) => muted.has(muteKey(arn, arn.slice(arn.indexOf(':alarm:') + 7))),
  });
  const held = createHeldItems<WireAlarm>(
    {
      schema: WireAlarm,
      identity(raw) {
        const arn = arnOf(raw);
        return arn === null ? null : externalIdOf(arn);
      },
      nameOf,
      toAlarm: (alarm) => toAlarm(alarm, mapping()),
    },
    () => clock.now(),
  );

  /** What its alarms are by now, for history that knows only their names. */
  async function definitions(
    target: Target,
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, WireAlarm>> {
    const found = new Map<string, WireAlarm>();
    for (let at = 0; at < names.length; at += mostNames) {
      const items = await api.alarms(target, { names: names.slice(at, at + mostNames) }, signal);
      for (const raw of items) {
        const alarm = WireAlarm.safeParse(raw);
        if (alarm.success) found.set(alarm.data.AlarmName, alarm.data);
      }
    }
    return found;
  }

  async function passedAt(
    target: Target,
    fromMs: number,
    untilMs: number,
    signal: AbortSignal,
  ): Promise<{ episodes: PassedEpisode[]; lost: number }> {
    const items = [
      ...(await api.history(target, 'MetricAlarm', fromMs, untilMs, signal)),
      ...(await api.history(target, 'CompositeAlarm', fromMs, untilMs, signal)),
    ];
    const past = episodesOf(items, (state) => isShown(state, settings));
    const known = await definitions(
      target,
      [...new Set(past.episodes.map(({ name }) => name))],
      signal,
    );
    let lost = past.unreadable;
    const episodes = past.episodes.flatMap((episode): PassedEpisode[] => {
      const definition = known.get(episode.name);
      // Deleted since: its identity cannot be told any more.
      const alarm =
        definition === undefined
          ? null
          : toAlarm(
              {
                ...definition,
                StateValue: episode.state,
                StateReason: episode.reason,
                StateTransitionedTimestamp: episode.startedAt,
              },
              mapping(),
            );
      if (alarm === null) lost += 1;
      return alarm === null ? [] : [{ alarm, endedAt: episode.endedAt }];
    });
    return { episodes, lost };
  }

  return {
    actions: kept.actions,

    async poll(signal): Promise<PollResult> {
      const results = await forEach(readers, ({ read }) => read(signal));
      const answers: TargetAnswer[] = [];
      const failed: SourceError[] = [];
      for (const result of results) {
        if (result.status === 'fulfilled') answers.push(result.value);
        else failed.push(asSourceError(result.reason));
      }
      // A refused login is what a person has to act on, whatever else failed.
      const telling = failed.find(({ code }) => code === 'source.unauthorized') ?? failed[0];
      if (answers.length === 0) throw telling ?? new Error('no region was asked');
      muted = new Set(answers.flatMap((answer) => [...answer.muted]));
      const taken = held.take(
        answers.flatMap(({ items }) => items),
        [...muted].sort().join('\n'),
      );
      const distrust = answers.find((answer) => answer.distrust !== null)?.distrust ?? null;
      const blind = telling ?? distrust ?? taken.blind;
      const { alarms, acts } = kept.apply(taken.alarms, blind === null);
      return {
        snapshot: { alarms, isComplete: blind === null, incompleteReason: blind?.message ?? null },
        version: null,
        clockSkewMs: api.skewMs(),
        remarks: [
          ...answers.flatMap(({ remarks }) => remarks),
          ...(telling === undefined
            ? []
            : [`${answers.length} of ${targets.length} regions and accounts answered.`]),
        ],
        blind,
        memory: remember({ kept: acts }),
      };
    },

    async passed(from, until, signal): Promise<Passed> {
      const reasons: string[] = [];
      const earliest = clock.now() - keptMs;
      if (toMs(from) < earliest) reasons.push('CloudWatch keeps changes of state for two weeks.');
      const fromMs = Math.max(toMs(from), earliest);
      const results = await forEach(targets, (target) =>
        passedAt(target, fromMs, toMs(until), signal),
      );
      const episodes: PassedEpisode[] = [];
      let lost = 0;
      for (const [index, result] of results.entries()) {
        if (result.status === 'fulfilled') {
          episodes.push(...result.value.episodes);
          lost += result.value.lost;
          continue;
        }
        const error = asSourceError(result.reason);
        if (targets.length === 1) throw error;
        const target = targets[index];
        reasons.push(`${target === undefined ? '' : targetName(target)}: ${error.message}`);
      }
      if (lost > 0) {
        reasons.push(
          `${lost} ${lost === 1 ? 'change belongs' : 'changes belong'} to alarms that were deleted, or could not be read.`,
        );
      }
      return { episodes, incompleteReason: reasons.length === 0 ? null : reasons.join(' ') };
    },

    test: (signal): Promise<TestReport> =>
      testCloudWatch({
        targets,
        api,
        settings,
        signal,
        now: () => clock.now(),
        accountOf: (arn) => partsOf(arn).account,
      }),

    close: () => context.http.close(),
  };
}

export const cloudWatchKind: ConnectorKind = {
  kind: 'cloudwatch',
  title: 'AWS CloudWatch',
  description:
    'Metric and composite alarms of CloudWatch, of several accounts in several regions. Amazon limits requests: an interval of 60 s is good.',
  settings: CloudWatchSettings,
  secrets: cloudWatchSecrets,
  create: createCloudWatch,
};
