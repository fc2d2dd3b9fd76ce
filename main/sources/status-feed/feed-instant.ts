/** The instants of feeds: RFC 3339, or RFC 822 with zones that have names. Pure. */

/** Minutes east of UTC. Names that mean several zones (IST, CST of China) are read as feeds of status pages mean them. */
const zones: Readonly<Record<string, number>> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  wet: 0,
  west: 60,
  bst: 60,
  cet: 60,
  cest: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  ist: 330,
  sgt: 480,
  jst: 540,
  aest: 600,
  aedt: 660,
  nzst: 720,
  nzdt: 780,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
};

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const rfc822 =
  /^(?:[a-z]{3,9},?\s+)?(\d{1,2})\s+([a-z]{3})[a-z]*\.?\s+(\d{2,4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([a-z]{1,5}|[+-]\d{4})?$/i;
const rfc3339 =
  /^(\d{4}-\d{2}-\d{2})(?:[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(z|[+-]\d{2}:?\d{2})?)?$/i;

const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(9999, 0, 1);

const within = (ms: number): string | null =>
  ms >= earliest && ms < latest ? new Date(ms).toISOString() : null;

function zoneMinutes(text: string): number | null {
  const offset = /^([+-])(\d{2})(\d{2})$/.exec(text);
  if (offset === null) return zones[text.toLowerCase()] ?? null;
  const minutes = Number(offset[2]) * 60 + Number(offset[3]);
  return offset[1] === '-' ? -minutes : minutes;
}

/** Null when it cannot be read, or names a zone that nobody knows. Without a zone it is UTC. */
export function feedInstant(text: string | null): string | null {
  const trimmed = (text ?? '').trim().slice(0, 100);
  const iso = rfc3339.exec(trimmed);
  if (iso !== null) {
    const [, day = '', time = '00:00', zone = 'Z'] = iso;
    return within(Date.parse(`${day}T${time}${zone.toUpperCase()}`));
  }
  const parts = rfc822.exec(trimmed);
  if (parts === null) return null;
  const [, day, monthName = '', yearText = '', hours, minutes, seconds = '0', zone = 'UTC'] = parts;
  const month = months.indexOf(monthName.toLowerCase());
  const offset = zoneMinutes(zone);
  if (month === -1 || offset === null) return null;
  const year = yearText.length === 2 ? 2_000 + Number(yearText) : Number(yearText);
  const ms = Date.UTC(year, month, Number(day), Number(hours), Number(minutes), Number(seconds));
  return within(ms - offset * 60_000);
}
