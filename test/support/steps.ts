/** Steps of a runbook for tests: only what a test is about has to be said. */
import type { CommandPart, Phase, Step, StepCommand } from '../../preload/contract/runbooks.ts';

export function step(id: string, phase: Phase = 'real', change: Partial<Step> = {}): Step {
  return {
    id,
    number: 1,
    text: id,
    plainText: id,
    section: null,
    phase,
    commands: [],
    expected: null,
    verify: null,
    rollback: null,
    minutes: null,
    goTo: [],
    isChanged: false,
    isBroad: false,
    state: 'open',
    at: null,
    ...change,
  };
}

export function command(...parts: CommandPart[]): StepCommand {
  return {
    language: 'sh',
    parts,
    copyText: parts.map((part) => part.text).join(''),
    hasMissing: parts.some((part) => part.kind === 'missing'),
    runs: 'shell',
  };
}

export const literal = (text: string): CommandPart => ({ kind: 'text', text });
export const filled = (name: string, value: string, from = `label ${name}`): CommandPart => ({
  kind: 'filled',
  text: value,
  value,
  name,
  from,
});
export const missing = (name: string, why?: string): CommandPart => ({
  kind: 'missing',
  text: `<${name}>`,
  name,
  ...(why === undefined ? {} : { why }),
});
