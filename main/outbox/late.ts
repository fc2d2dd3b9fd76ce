/**
 * Whether what a person wanted of an alarm may still be sent. After an outage the alarm may be over and another occurrence may
 * have its identity: nobody asked for anything to be done to that one. Pure.
 */
import { toMs } from '../clock.ts';
import type { StoredIntent } from './intent.ts';

/** Sent within this, it reaches what the person saw. */
const freshMs = 2 * 60_000;

/** `lastSuccessAt`: when the source's alarms were read completely. What cleared by then has been overtaken. */
export function isTooLateUnseen(
  { order, createdAt }: Pick<StoredIntent, 'order' | 'createdAt'>,
  lastSuccessAt: string | null,
  nowMs: number,
): boolean {
  switch (order.kind) {
    case 'acknowledge':
    case 'comment':
    case 'resolve':
      break;
    default:
      // An end or a silence names itself, not an occurrence.
      return false;
  }
  if (nowMs - createdAt < freshMs) return false;
  return lastSuccessAt === null || toMs(lastSuccessAt) < createdAt;
}
