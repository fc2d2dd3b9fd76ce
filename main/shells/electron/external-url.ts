/**
 * The address to open, or null when it is not a web address. Links come from alarms and runbooks: a `file:`, `smb:` or
 * program-specific scheme would let a label start programs on this machine.
 */
export function safeExternalUrl(text: string): string | null {
  if (text.length > 8_000) return null;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  // User information dresses a foreign host up as a known one: https://grafana.example@evil.example.
  return isWeb && url.username === '' && url.password === '' ? url.href : null;
}
