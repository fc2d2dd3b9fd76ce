/**
 * One line per event, past tense, fields not prose. Secrets are scrubbed at this one point, by key and by pattern.
 */
import pino from 'pino';

export interface Logger {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

const secretKey = /pass(word|wd)?$|secret|token|authorization|api[-_]?key|cookie|credential/i;

/** Credentials inside texts: URL user info, bearer and basic headers, `token=…` in queries. */
const secretPatterns: readonly [RegExp, string][] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:]+(:[^\s/@]*)?@/gi, '$1[redacted]@'],
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{4,}/gi, '$1 [redacted]'],
  [/([?&#](?:[a-z0-9_-]*(?:token|key|secret|password|auth)[a-z0-9_-]*)=)[^&\s]+/gi, '$1[redacted]'],
];

export function scrubText(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of secretPatterns) clean = clean.replace(pattern, replacement);
  return clean;
}

/** A copy without secrets, at most six levels deep. */
export function scrub(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth > 6) return '[deep]';
  if (value instanceof Error) {
    return {
      name: value.name,
      message: scrubText(value.message),
      stack: scrubText(value.stack ?? ''),
      ...(value.cause === undefined ? {} : { cause: scrub(value.cause, depth + 1) }),
    };
  }
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => scrub(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      secretKey.test(key) ? '[redacted]' : scrub(item, depth + 1),
    ]),
  );
}

let root: pino.Logger | null = null;
const waiting: {
  level: 'debug' | 'info' | 'warn' | 'error';
  line: Record<string, unknown>;
  event: string;
}[] = [];
const waitingLimit = 1_000;

/** Opens the log file; lines from before are written first. */
export function openLog(file: string | null, level: string = 'info'): void {
  root = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    file === null
      ? pino.destination({ fd: 2, sync: true })
      : pino.destination({ dest: file, sync: true, mkdir: true }),
  );
  for (const { level: at, line, event } of waiting.splice(0)) root[at](line, event);
}

export function createLogger(name: string): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, fields: Record<string, unknown> = {}): void => {
      const line = { module: name, ...(scrub(fields) as Record<string, unknown>) };
      if (root !== null) root[level](line, scrubText(event));
      else if (waiting.length < waitingLimit)
        waiting.push({ level, line, event: scrubText(event) });
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
