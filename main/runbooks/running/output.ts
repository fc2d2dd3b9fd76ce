/**
 * What a command printed, as a person may see it: text, line by line, without secrets and without what a terminal would
 * obey, and no more of it than anybody reads.
 *
 * The beginning and the end are kept. What is shown of a line that has not ended stops at its last space, so that half a
 * secret is never shown.
 */
import { createMask, type Mask } from './secrets.ts';

export interface OutputLimits {
  readonly headChars: number;
  readonly tailChars: number;
}

const defaultLimits: OutputLimits = { headChars: 600_000, tailChars: 60_000 };
/** A line that never ends is cut here, at a space where there is one. */
const longestLine = 65_536;
/** So much of what follows is known before it is cut: a secret that begins before the cut may end after it. */
const lookAhead = 8_192;
/** Of a line that has not ended, no more is shown. */
const longestGlance = 4_000;

const question = /[:?>\])]$/;

/** Colours, cursor moves, titles, links: sequences that tell a terminal something, as one line may hold them. */
const sequences =
  // oxlint-disable-next-line no-control-regex
  /\u001b\[[0-?]*[ -/]*[@-~]|\u009b[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]+[0-~]|\u001b[0-Z\\^-~]/g;
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

const pictureOf = (char: string): string => {
  const code = char.charCodeAt(0);
  // The Unicode pictures of control characters: ␀ to ␟, and ␡.
  if (code < 32) return String.fromCharCode(0x2400 + code);
  return code === 127 ? '\u2421' : '\ufffd';
};

/** No escape sequence is left; every other control character is shown as its picture. */
export function plainLine(line: string): string {
  return (
    line
      .replace(sequences, '')
      // Underlined and bold text of old manuals: a letter, a step back, the letter again.
      // oxlint-disable-next-line no-control-regex
      .replace(/[^\n]\u0008/g, '')
      .replace(controls, pictureOf)
      .toWellFormed()
  );
}

type Stream = 'out' | 'err';

interface Reading {
  readonly decoder: TextDecoder;
  readonly mask: Mask;
  pending: string;
}

export interface Output {
  take(stream: Stream, chunk: Uint8Array): void;
  /** From now on this is hidden, wherever it is printed. */
  hide(secret: string): void;
  /** Nothing more comes: unfinished lines are lines now. */
  end(): void;
  /** Only ever grows, until it is full. */
  readonly head: string;
  /** What follows the head at this moment: what was left out, the last lines, the beginning of the next. */
  rest(): string;
  readonly isCut: boolean;
}

export function createOutput(
  secrets: readonly string[],
  limits: OutputLimits = defaultLimits,
): Output {
  const reading = (): Reading => ({
    decoder: new TextDecoder('utf-8'),
    mask: createMask(secrets),
    pending: '',
  });
  const streams: Readonly<Record<Stream, Reading>> = { out: reading(), err: reading() };
  let head = '';
  let isFull = false;
  let tail: string[] = [];
  let tailChars = 0;
  let left = 0;
  let isEnded = false;

  const keep = (line: string): void => {
    if (!isFull && head.length + line.length <= limits.headChars) {
      head += line;
      return;
    }
    isFull = true;
    tail.push(line.length > limits.tailChars ? line.slice(-limits.tailChars) : line);
    tailChars += tail.at(-1)?.length ?? 0;
    left += line.length - (tail.at(-1)?.length ?? 0);
    while (tailChars > limits.tailChars && tail.length > 1) {
      const gone = tail.shift() ?? '';
      tailChars -= gone.length;
      left += gone.length;
    }
    // A shift of a long list costs its length.
    if (tail.length > 4_096) tail = [tail.join('')];
  };

  const read = (stream: Reading, text: string): void => {
    stream.pending += text;
    // A carriage return alone draws over the line: what was there before was printed all the same.
    const lines = stream.pending.split(/\r\n|\n|\r(?!$)/);
    stream.pending = lines.pop() ?? '';
    for (const line of lines) keep(`${stream.mask.line(plainLine(line))}\n`);
    while (stream.pending.length > longestLine + lookAhead) {
      const at = cutOf(stream);
      keep(`${stream.mask.line(plainLine(stream.pending.slice(0, at)))}\n`);
      stream.pending = stream.pending.slice(at);
    }
  };

  /** Where a line that never ends is cut: at no place where less would be hidden than in the whole. */
  const cutOf = ({ pending, mask }: Reading): number => {
    const whole = mask.glance(plainLine(pending.slice(0, longestLine + lookAhead)));
    for (let end = longestLine; end > longestLine - lookAhead; end -= 256) {
      const space = pending.lastIndexOf(' ', end);
      const at = space > longestLine / 2 ? space + 1 : end;
      if (whole.startsWith(mask.glance(plainLine(pending.slice(0, at))))) return at;
    }
    return longestLine;
  };

  const glance = ({ pending, mask }: Reading): string => {
    const text = pending.slice(0, longestGlance);
    // A question is whole, whether or not a space follows it: nobody could answer what is not shown.
    const end = question.test(text) ? text.length : text.search(/\s\S*$/) + 1;
    return end === 0 ? '' : mask.glance(plainLine(text.slice(0, end)));
  };

  return {
    take: (name, chunk) => {
      if (!isEnded) read(streams[name], streams[name].decoder.decode(chunk, { stream: true }));
    },
    hide(secret) {
      for (const { mask } of [streams.out, streams.err]) mask.hide(secret);
    },
    end() {
      if (isEnded) return;
      isEnded = true;
      for (const stream of [streams.out, streams.err]) {
        read(stream, stream.decoder.decode());
        const last = stream.pending.replace(/\r$/, '');
        if (last !== '') keep(`${stream.mask.line(plainLine(last))}\n`);
        stream.pending = '';
      }
    },
    get head() {
      return head;
    },
    get isCut() {
      return left > 0;
    },
    rest() {
      const mark =
        left === 0
          ? ''
          : `\n[${left.toLocaleString('en')} characters were cut out here; what follows is the end]\n\n`;
      const open = isEnded ? '' : glance(streams.out) + glance(streams.err);
      return `${mark}${tail.join('')}${open}`;
    },
  };
}

const shownLines = 12;
const longestShown = 4_000;

/** For a timeline: the beginning and the end. The whole of it is kept with the run. */
export function shortened(output: string): string {
  const lines = output.replace(/\n+$/, '').split('\n');
  const left = lines.length - 2 * shownLines;
  const text =
    left <= 1
      ? lines.join('\n')
      : [
          ...lines.slice(0, shownLines),
          `[${left} lines left out]`,
          ...lines.slice(-shownLines),
        ].join('\n');
  if (text.length <= longestShown) return text;
  const half = longestShown / 2;
  const gone = text.length - longestShown;
  return `${text.slice(0, half)}\n[${gone.toLocaleString('en')} characters left out]\n${text.slice(-half)}`.toWellFormed();
}
