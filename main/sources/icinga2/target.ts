/**
 * The one object that a request is about. A body that names none would do to every object what it asks for; so every write is
 * made from such a target, and only from here.
 */
import { SourceError } from '../source-error.ts';

export interface Target {
  readonly kind: 'host' | 'service' | 'downtime';
  /** The full name: `host`, `host!service`, or that of the downtime. */
  readonly name: string;
}

const prefix = 'icinga2:1:';

export const externalIdOf = (name: string): string => `${prefix}${name}`;

/** Host names hold no `!`. */
export function objectNamed(name: string): Target {
  return { kind: name.includes('!') ? 'service' : 'host', name };
}

export function targetOf(externalId: string): Target {
  return objectNamed(externalId.startsWith(prefix) ? externalId.slice(prefix.length) : '');
}

export function partsOf(name: string): { host: string; service: string | null } {
  const at = name.indexOf('!');
  return at === -1
    ? { host: name, service: null }
    : { host: name.slice(0, at), service: name.slice(at + 1) };
}

/** `type` is left out on purpose: alone it would mean every object of that type. @throws SourceError */
export function bodyFor(
  target: Target,
  fields: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  if (typeof target.name !== 'string' || target.name.trim() === '') {
    throw new SourceError('source.rejected', 'This names no host or service of Icinga.', {
      next: 'Choose the alarm once more.',
    });
  }
  return { ...fields, [target.kind]: target.name };
}
