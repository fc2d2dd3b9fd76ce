/**
 * Who an alert is: its labels. Pure.
 *
 * Alertmanager and Grafana name an alert by a short hash of the same labels. Ours is a long one, so that nobody can make two
 * alerts collide; theirs is computed as well, because it finds the same alert over there.
 */
import { createHash } from 'node:crypto';

type Labels = Readonly<Record<string, unknown>>;

const sortedEntries = (labels: Labels): [string, unknown][] =>
  Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

export function externalIdOf(labels: Labels): string {
  const text = JSON.stringify(sortedEntries(labels));
  return `prometheus:1:${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

const separator = 0xff;

/**
 * The fingerprint that Alertmanager gives an alert with exactly these labels: FNV-1a of 64 bits over the bytes of each name
 * and value, each followed by a separator. In two halves, because BigInt is slow.
 */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  const add = (byte: number): void => {
    low = (low ^ byte) >>> 0;
    // The prime is 2^40 + 0x1b3.
    const product = low * 0x1b3;
    const carry = Math.floor(product / 0x1_0000_0000);
    high = (high * 0x1b3 + carry + ((low << 8) >>> 0)) % 0x1_0000_0000;
    low = product % 0x1_0000_0000;
  };
  const addText = (text: string): void => {
    for (const byte of Buffer.from(text, 'utf8')) add(byte);
    add(separator);
  };
  const names = Object.keys(labels).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const name of names) {
    addText(name);
    addText(labels[name] ?? '');
  }
  const hex = (part: number): string => part.toString(16).padStart(8, '0');
  return `${hex(high)}${hex(low)}`;
}
