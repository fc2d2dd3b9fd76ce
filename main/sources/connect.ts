/** Makes the working end of a source from its configuration and secrets. */
import type { Severity, SourceId } from '../../preload/contract/common.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import type { Clock } from '../clock.ts';
import type { ConfiguredSource } from './configured-source.ts';
import type { ConnectorKind, SecretField } from './connector.ts';
import { createHttpClient, type HttpLimits } from './http-client.ts';
import { completeSettings, neededSecrets, secretsOf } from './form.ts';
import { SourceError } from './source-error.ts';
import type { SourceSecrets } from './source-secrets.ts';
import type { Connection } from './source-state.ts';
import { transportOf } from './transport.ts';

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
  return { connector, http, secrets: Object.values(secrets) };
}

/** With the secrets from the keychain. @throws when one is missing, or the keychain is locked */
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
  return connect({
    ...options,
    sourceId: config.id,
    name: config.name,
    settings: completeSettings(kind, config.settings) ?? config.settings,
    severityMap: config.severityMap,
    secrets: new Map([...found].map(([name, { value }]) => [name, value])),
  });
}
