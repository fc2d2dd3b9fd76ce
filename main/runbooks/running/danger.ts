/**
 * The name that a person types before a command runs that destroys something. Pure.
 *
 * Typing the target's name is what makes one look at it: which pod, which node, which database.
 */
import type { CommandPart } from '../../../preload/contract/runbooks.ts';
import { isDestructive } from '../destructive.ts';

/** The closer to one thing, the earlier: what a person would name as the target. */
const closest = [
  'pod',
  'container',
  'persistentvolumeclaim',
  'persistentvolume',
  'deployment',
  'statefulset',
  'daemonset',
  'replicaset',
  'node',
  'host',
  'instance',
  'database',
  'topic',
  'queue',
  'consumergroup',
  'device',
  'mountpoint',
  'target',
  'job',
  'service',
  'app',
  'namespace',
  'cluster',
];

const rank = (name: string): number => {
  const at = closest.indexOf(name);
  // Unknown names come after single things and before what holds many.
  return at === -1 ? closest.indexOf('service') - 0.5 : at;
};

const amount = /^-?\d+([.,]\d+)?\s*(ms|s|m|h|d|%|[KMGT]i?B?)?$/i;

export interface Confirmation {
  readonly typed: string;
  readonly why: string;
}

/** Kinds of things, where a name of one may stand after them. */
const kinds =
  /^(pods?|po|deployments?|deploy|statefulsets?|sts|daemonsets?|ds|nodes?|no|namespaces?|ns|services?|svc|jobs?|cronjobs?|pvc|pv|persistentvolumeclaims?|persistentvolumes?|replicasets?|rs|configmaps?|cm|secrets?|ingress|table|database|index|schema|view|user|role|if|exists|from|container|image|volume|network|topic|queue)$/i;

/** Options of common programs that take the next word. */
const takesNext =
  /^(-n|--namespace|--context|--cluster|-c|--container|-l|--selector|-o|--output|-f|--filename|-g|-u|--user|-p|--port|-h|--host|--kubeconfig|--grace-period|--timeout|-s|--signal|-t)$/;

/** Of a command without anything filled in: the first word after the dangerous one that names a thing. */
function operandOf(text: string): string | null {
  const line = text.split('\n').find(isDestructive) ?? text;
  const words = (line.match(/"[^"]*"|'[^']*'|[^\s;|&"']+/g) ?? []).map((word) =>
    word.replace(/^["']|["']$/g, ''),
  );
  // Some need two words: `systemctl stop`.
  const at = words.findIndex((_word, index) => isDestructive(words.slice(0, index + 1).join(' ')));
  const after = at === -1 ? words.slice(1) : words.slice(at + 1);
  for (let index = 0; index < after.length; index += 1) {
    const word = after[index] ?? '';
    if (takesNext.test(word)) index += 1;
    else if (!word.startsWith('-') && !kinds.test(word) && /[\p{L}\p{N}]/u.test(word)) {
      return word.length <= 200 ? word : null;
    }
  }
  return null;
}

/** What is typed before it runs. Null: it destroys nothing. */
export function confirmationOf(text: string, parts: readonly CommandPart[]): Confirmation | null {
  if (!isDestructive(text)) return null;
  // `--grace-period=<seconds>` is filled, too: an amount names nothing.
  const filled = parts.flatMap((part) =>
    part.kind === 'filled' && !amount.test(part.value.trim()) ? [part] : [],
  );
  const [target] = filled
    .filter(({ value }) => value.trim() !== '' && value.length <= 200)
    .toSorted((a, b) => rank(a.name) - rank(b.name));
  if (target !== undefined) {
    return {
      typed: target.value.trim(),
      why: `It deletes, drains or forces something. Type the name of its ${target.name}.`,
    };
  }
  const operand = operandOf(text);
  return operand === null
    ? {
        typed: 'run it',
        why: 'It deletes, drains or forces something, and names no single target.',
      }
    : { typed: operand, why: 'It deletes, drains or forces something. Type what it names.' };
}

/** Spaces around it do not count; everything else does. */
export const isConfirmed = (confirmation: Confirmation | null, typed: string): boolean =>
  confirmation === null || typed.trim() === confirmation.typed;
