/** A source as the configuration file has it. */
import type { Severity, SourceId } from '../../preload/contract/common.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';

export interface ConfiguredSource {
  readonly id: SourceId;
  readonly kind: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly intervalMs: number;
  readonly settings: SourceSettings;
  /** Severity words that the person mapped for this source. */
  readonly severityMap: Readonly<Record<string, Severity>>;
}
