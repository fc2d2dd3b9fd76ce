/** An instant as upstreams write it that name a zone: `2026-11-24T05:00:00.000+01:00`. */
export function withOffset(ms: number, zoneMinutes = 0): string {
  const local = new Date(ms + zoneMinutes * 60_000).toISOString().slice(0, -1);
  const minutes = Math.abs(zoneMinutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  const sign = zoneMinutes < 0 ? '-' : '+';
  return `${local}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
