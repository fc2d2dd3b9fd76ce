/** Where the configured sources come from: the configuration file, or a drill that brings its own. */
import type { SourceId } from '../../preload/contract/common.ts';
import { AppError } from '../errors.ts';
import type { ConfiguredSource } from './configured-source.ts';

export interface SourceConfiguration {
  sources(): readonly ConfiguredSource[];
  saveSource(source: ConfiguredSource): void | Promise<void>;
  removeSource(id: SourceId): void | Promise<void>;
}

/** Sources that may be paused and mapped, but neither added nor removed, and are forgotten in the end. */
export function standingConfiguration(fixed: readonly ConfiguredSource[]): SourceConfiguration {
  let known = fixed;
  const refuse = (): never => {
    throw new AppError('conflict', 'A drill plays with its own sources.', {
      next: 'Start Nightdesk without --drill to change sources.',
    });
  };
  return {
    sources: () => known,
    saveSource(source) {
      if (!known.some(({ id }) => id === source.id)) refuse();
      known = known.map((other) => (other.id === source.id ? source : other));
    },
    removeSource: refuse,
  };
}
