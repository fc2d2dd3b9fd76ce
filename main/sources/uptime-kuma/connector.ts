/** Uptime Kuma, by its metrics or by a public status page. It offers nothing to write, so nothing is written. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { toInstant } from '../../clock.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { createKept } from '../kept-actions.ts';
import { unidentified } from '../observed.ts';
import { createRemembered } from '../remembered.ts';
import { clockStep, failureSteps, step, tlsStep, versionStep } from '../test-steps.ts';
import { readMetrics, type Reading } from './metrics.ts';
import {
  comparable,
  externalIdOf,
  isWell,
  keyOf,
  Monitor,
  toAlarm,
  worstFirst,
} from './monitor.ts';
import { UptimeKumaSettings } from './settings.ts';
import { readStatusPage } from './status-page.ts';
import { followTracks, Tracks } from './tracks.ts';

function createUptimeKuma(context: ConnectorContext): Connector {
  const settings = UptimeKumaSettings.parse(context.settings);
  const { clock, http, severityMap, memory } = context;
  const { host } = new URL(settings.url);
  const hasMetrics = settings.reads === 'metrics';
  const kept = createKept({ clock, title: 'Uptime Kuma', memory });
  const remembered = createRemembered<{ kept: unknown; tracks: Tracks }>();
  const known = Tracks.safeParse(memory['tracks'] ?? {});
  let tracks: Tracks = known.success ? known.data : {};

  const items = createHeldItems<Monitor>(
    {
      schema: Monitor,
      identity: (raw) => {
        const key = keyOf(raw);
        return key === null ? null : externalIdOf(key);
      },
      nameOf: (raw) => {
        const { name } = raw as { name?: unknown };
        return typeof name === 'string' && name !== '' ? name : null;
      },
      toAlarm: (monitor, externalId) =>
        toAlarm(monitor, externalId, {
          severityMap,
          startOf: (key) => (Object.hasOwn(tracks, key) ? tracks[key]?.startsAt : undefined),
          now: toInstant(clock.now()),
        }),
      comparable,
    },
    () => clock.now(),
  );

  const read = (signal: AbortSignal): Promise<Reading> => {
    const now = (): number => clock.now();
    return hasMetrics
      ? readMetrics(http, settings, { password: context.secrets['password'] ?? '', now, signal })
      : readStatusPage(http, settings, { now, signal });
  };

  return {
    actions: {
      ...kept.actions,
      acknowledgeEffect:
        'Uptime Kuma takes no acknowledgements: Nightdesk itself remembers it, on this computer, until the monitor is up again. Nobody else sees it.',
    },

    async poll(signal): Promise<PollResult> {
      const reading = await read(signal);
      // While it proves nothing, nobody counts what is missing.
      const followed =
        reading.blind === null
          ? followTracks(tracks, reading, { nowMs: clock.now(), keepsMissing: hasMetrics })
          : { tracks, missing: [] };
      tracks = followed.tracks;
      const taken = items.take(worstFirst([...reading.monitors, ...followed.missing]), tracks);
      const blind = reading.blind ?? unidentified(reading.nameless) ?? taken.blind;
      const remarks = [...reading.remarks];
      if (followed.missing.length > 0) {
        remarks.push(
          'A monitor that was not up is not listed any more. It counts as over when it does not come back within three minutes.',
        );
      }
      const { alarms, acts } = kept.apply(taken.alarms, blind === null);
      return {
        snapshot: { alarms, isComplete: blind === null, incompleteReason: blind?.message ?? null },
        version: reading.version,
        clockSkewMs: reading.clockSkewMs,
        remarks,
        blind,
        memory: remembered({ kept: acts, tracks }),
      };
    },

    async test(signal): Promise<TestReport> {
      try {
        const { monitors, blind, version, clockSkewMs } = await read(signal);
        const bad = monitors.filter((raw) => !isWell((raw as { status?: unknown }).status)).length;
        const total = `${monitors.length} ${monitors.length === 1 ? 'monitor' : 'monitors'}`;
        const steps = [
          step('reach', 'ok', `${host} answers.`),
          tlsStep(settings.url, hasMetrics),
          hasMetrics
            ? step('login', 'ok', 'It takes the login, or asks for none.')
            : step('login', 'skipped', 'A public status page asks for no login.'),
          blind === null
            ? step(
                'read',
                'ok',
                `May read ${total}, of which ${bad} ${bad === 1 ? 'is' : 'are'} not up.`,
              )
            : step('read', 'failed', blind.message, blind.next),
          step(
            'write',
            'skipped',
            'It takes nothing: acknowledgements and silences stay on this computer.',
          ),
          clockStep(clockSkewMs),
          versionStep('Uptime Kuma', version),
        ];
        return { isUsable: blind === null, steps };
      } catch (error) {
        return { isUsable: false, steps: failureSteps(error, host) };
      }
    },

    close: () => http.close(),
  };
}

export const uptimeKumaKind: ConnectorKind = {
  kind: 'uptime-kuma',
  title: 'Uptime Kuma',
  description: 'Monitors of Uptime Kuma 1.x and 2.x, by its metrics or by a public status page.',
  settings: UptimeKumaSettings,
  secrets: [
    {
      name: 'password',
      label: 'API key or password',
      help: 'From Settings, API Keys; without keys, the password of the user. Kept in the keychain of this computer.',
      when: { field: 'reads', equals: 'metrics' },
    },
  ],
  create: createUptimeKuma,
};
