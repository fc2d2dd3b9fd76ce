/** An instant as an upstream in another time zone writes it. */
export function inZone(ms: number, minutesEast = 0): string {
  if (minutesEast === 0) return new Date(ms).toISOString();
  const sign = minutesEast < 0 ? '-' : '+';
  const two = (part: number): string => `${Math.floor(part)}`.padStart(2, '0');
  const away = Math.abs(minutesEast);
  const zone = `${sign}${two(away / 60)}:${two(away % 60)}`;
  return new Date(ms + minutesEast * 60_000).toISOString().replace('Z', zone);
}
