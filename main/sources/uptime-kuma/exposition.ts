/** The text format of Prometheus, as far as it is needed to find the samples of some metrics. Pure. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** The labels that begin at `from`, behind the brace, and where they end; null when they do not. */
function labelsAt(
  line: string,
  from: number,
): { labels: Record<string, string>; end: number } | null {
  const labels: Record<string, string> = {};
  const start = /[\s,]*(?:(\})|([a-zA-Z_]\w*)\s*=\s*")/y;
  let at = from;
  for (;;) {
    start.lastIndex = at;
    const found = start.exec(line);
    if (found === null) return null;
    at = start.lastIndex;
    const [, brace, name = ''] = found;
    if (brace !== undefined) return { labels, end: at };
    let value = '';
    // A brace, a comma or an equals sign within quotes means nothing.
    for (; line[at] !== '"'; at += 1) {
      if (at >= line.length) return null;
      if (line[at] !== '\\') {
        value += line[at];
        continue;
      }
      at += 1;
      const escaped = line[at] ?? '';
      value += escapes[escaped] ?? `\\${escaped}`;
    }
    at += 1;
    labels[name] = value;
  }
}

function valueOf(text: string): number | null {
  const [value = ''] = text.trim().split(/\s+/);
  if (value === 'NaN') return Number.NaN;
  if (/^[+-]?Inf$/.test(value)) return value.startsWith('-') ? -Infinity : Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : null;
}

/** Null: the line cannot be read. */
export function sampleOf(line: string): Sample | null {
  const [name] = /^[a-zA-Z_:][\w:]*/.exec(line) ?? [];
  if (name === undefined) return null;
  let at = name.length;
  while (line[at] === ' ' || line[at] === '\t') at += 1;
  const found = line[at] === '{' ? labelsAt(line, at + 1) : { labels: {}, end: at };
  if (found === null) return null;
  const value = valueOf(line.slice(found.end));
  return value === null ? null : { name, labels: found.labels, value };
}

/** The samples with these names, and how many of their lines could not be read. */
export function samplesOf(
  text: string,
  names: ReadonlySet<string>,
): { samples: readonly Sample[]; broken: number } {
  const samples: Sample[] = [];
  let broken = 0;
  for (const line of text.split(/\r?\n/)) {
    const [name] = /^[a-zA-Z_:][\w:]*/.exec(line) ?? [];
    if (name === undefined || !names.has(name)) continue;
    const sample = sampleOf(line);
    if (sample === null) broken += 1;
    else samples.push(sample);
  }
  return { samples, broken };
}
