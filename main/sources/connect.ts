/** Makes the working end of a source from its configuration and secrets. */
import type { Severity, SourceId } from '../../preload/contract/common.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import type { Clock } from '../clock.ts';
import { createLogger } from '../logging.ts';
import type { ConfiguredSource } from './configured-source.ts';
import type { ConnectorKind, SecretField } from './connector.ts';
import { createDiscreet } from './discreet.ts';
import { createHttpClient, type HttpLimits } from './http-client.ts';
import { completeSettings, neededSecrets, secretsOf } from './form.ts';
import { reachOf, strayedSecrets } from './moved-address.ts';
import { SourceError } from './source-error.ts';
import type { FoundSecrets, SourceSecrets } from './source-secrets.ts';
import type { Connection } from './source-state.ts';
import { transportOf } from './transport.ts';

const log = createLogger('sources');

export interface ConnectOptions {
  readonly kind: ConnectorKind;
  readonly sourceId: SourceId;
  readonly name: string;
  readonly settings: SourceSettings;
  readonly severityMap: Readonly<Record<string, Severity>>;
  /** By field. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly memory: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly httpLimits?: Partial<HttpLimits>;
  readonly findProxy?: (url: string) => Promise<string | null>;
}

export const missingSecrets = (
  kind: ConnectorKind,
  settings: SourceSettings,
  secrets: ReadonlyMap<string, unknown>,
): readonly SecretField[] =>
  neededSecrets(kind, settings).filter(
    ({ name, isRequired }) => isRequired !== false && !secrets.has(name),
  );

/** The settings must be valid. */
export function connect(options: ConnectOptions): Connection {
  const { kind, clock, settings } = options;
  const needed = new Set(neededSecrets(kind, settings).map(({ name }) => name));
  const secrets = Object.fromEntries([...options.secrets].filter(([name]) => needed.has(name)));
  const http = createHttpClient({
    transport: transportOf(settings, secrets),
    ...(options.findProxy === undefined ? {} : { findProxy: options.findProxy }),
    limits: options.httpLimits ?? {},
    secrets: [...options.secrets.values()],
    now: () => clock.now(),
  });
  const { sourceId, name, memory, severityMap } = options;
  const connector = kind.create({
    sourceId,
    name,
    settings,
    secrets,
    http,
    clock,
    memory,
    severityMap,
  });
  const inUse = Object.values(secrets);
  return { connector: createDiscreet(inUse).connector(connector), http, secrets: inUse };
}

/** One without a reach was put there by another program, or an earlier version: it is for what is configured now. */
async function bindLoose(
  config: ConfiguredSource,
  found: FoundSecrets,
  options: { readonly kind: ConnectorKind; readonly secrets: SourceSecrets },
): Promise<void> {
  const { kind, secrets } = options;
  const reach = reachOf(kind, config.settings);
  for (const { name } of neededSecrets(kind, config.settings)) {
    const secret = found.get(name);
    if (secret?.reach !== null) continue;
    try {
      await secrets.set(config.id, name, secret.value, reach);
    } catch (error) {
      // It can be read, so it is used; the next start tries again.
      log.warn('a secret could not be bound to its address', { source: config.id, error });
    }
  }
}

/** With the secrets from the keychain. @throws when one is missing or meant for another address, or the keychain is locked */
export async function connectConfigured(
  config: ConfiguredSource,
  options: Pick<ConnectOptions, 'kind' | 'memory' | 'clock' | 'httpLimits' | 'findProxy'> & {
    readonly secrets: SourceSecrets;
  },
): Promise<Connection> {
  const { kind } = options;
  const found = await options.secrets.find(
    config.id,
    secretsOf(kind).map(({ name }) => name),
  );
  const missing = missingSecrets(kind, config.settings, found);
  if (missing.length > 0) {
    const labels = missing.map(({ label }) => label.toLowerCase()).join(' and ');
    throw new SourceError(
      'source.unauthorized',
      `Its ${labels} is not known (any more): without a keychain, secrets last for one run.`,
      { next: `Enter the ${labels} again.`, isRetryable: true },
    );
  }
  const [strayed] = strayedSecrets(kind, config.settings, found, { before: null, entered: {} });
  if (strayed !== undefined) {
    const label = strayed.field.label.toLowerCase();
    throw new SourceError(
      'source.unauthorized',
      `Its ${label} was not sent: ${strayed.why} than it was entered for.`,
      {
        next: `If that is right, edit the source and enter the ${label} again. If not, somebody changed the configuration file.`,
        isRetryable: true,
      },
    );
  }
  await bindLoose(config, found, options);
  return connect({
    ...options,
    sourceId: config.id,
    name: config.name,
    settings: completeSettings(kind, config.settings) ?? config.settings,
    severityMap: config.severityMap,
    secrets: new Map([...found].map(([name, { value }]) => [name, value])),
  });
}
