/**
 * Recognises an answer that says what the last one said before it is parsed. Most polls of a night are such: parsing ten
 * thousand alerts to learn that nothing changed is most of what an idle desk would cost.
 *
 * Only `updatedAt` and `endsAt` may differ, which move at every resend, and only where Alertmanager itself writes them, beside
 * fields of its own in its fixed order. Wherever the bytes look otherwise, the answer counts as another one and is parsed.
 */
import { hash } from 'node:crypto';

const endsAt = Buffer.from('},"endsAt":"');
const beforeFingerprint = Buffer.from('","fingerprint":"');
const updatedAt = Buffer.from('},"updatedAt":"');
const quote = 0x22;
/** RFC 3339 with nine digits and an offset. */
const longestTime = 40;
const blank = 0x2e;

/** Where the text that begins at `from` ends; -1 when it is no time. */
function endOfTime(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(quote, from);
  return end === -1 || end - from > longestTime || end === from ? -1 : end;
}

const startsWith = (bytes: Buffer, at: number, text: Buffer): boolean =>
  bytes.compare(text, 0, text.length, at, Math.min(bytes.length, at + text.length)) === 0;

/** Equal for answers that say the same. The times in `bytes` are blanked for it. */
export function digestOf(bytes: Buffer): string {
  for (let at = bytes.indexOf(endsAt); at !== -1; at = bytes.indexOf(endsAt, at + 1)) {
    const from = at + endsAt.length;
    const end = endOfTime(bytes, from);
    if (end !== -1 && startsWith(bytes, end, beforeFingerprint)) bytes.fill(blank, from, end);
  }
  for (let at = bytes.indexOf(updatedAt); at !== -1; at = bytes.indexOf(updatedAt, at + 1)) {
    const from = at + updatedAt.length;
    const end = endOfTime(bytes, from);
    if (end !== -1) bytes.fill(blank, from, end);
  }
  return `${bytes.length} ${hash('sha256', bytes, 'base64')}`;
}

/** When an alert was sent last, and until when it lives; null when the bytes do not say it in Alertmanager's order. */
export function timesOf(
  bytes: Buffer,
  fingerprint: string,
): { readonly updatedAt: string; readonly endsAt: string } | null {
  const at = bytes.indexOf(`","fingerprint":"${fingerprint}"`);
  if (at === -1) return null;
  const ends = bytes.lastIndexOf(endsAt, at);
  const updated = bytes.indexOf(updatedAt, at);
  const next = bytes.indexOf(beforeFingerprint, at + beforeFingerprint.length);
  if (ends === -1 || endOfTime(bytes, ends + endsAt.length) !== at) return null;
  if (updated === -1 || (next !== -1 && updated > next)) return null;
  const from = updated + updatedAt.length;
  const end = endOfTime(bytes, from);
  if (end === -1) return null;
  return {
    updatedAt: bytes.toString('latin1', from, end),
    endsAt: bytes.toString('latin1', ends + endsAt.length, at),
  };
}
