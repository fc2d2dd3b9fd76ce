/** The body of an answer: read up to a limit, unpacked, and parsed as JSON or refused in words. */
import { pipeline } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { SourceError } from './source-error.ts';

export type Body = Dispatcher.ResponseData['body'];

const sizeText = (bytes: number): string =>
  bytes >= 1_048_576
    ? `${Math.round(bytes / 1_048_576)} MB`
    : `${bytes.toLocaleString('en')} bytes`;

/** As it came, in pieces and unpacked. @throws SourceError, or whatever the network throws */
export async function readBody(
  body: Body,
  options: { encoding: string | undefined; host: string; maxBytes: number },
): Promise<readonly Buffer[]> {
  const { encoding, host, maxBytes } = options;
  const tooLarge = (): SourceError =>
    new SourceError(
      'source.unreachable',
      `${host} answered with more than ${sizeText(maxBytes)}, which was not read to its end.`,
      { next: 'Narrow down what this source delivers, or connect it in parts.' },
    );
  const compressed = encoding === 'gzip' || encoding === 'deflate';
  if (!compressed && encoding !== undefined && encoding !== 'identity' && encoding !== '') {
    body.destroy();
    throw new SourceError('source.misconfigured', `${host} answered in an unknown encoding.`, {
      next: 'Look at the proxy in front of it.',
    });
  }
  const stream = compressed
    ? pipeline(body, encoding === 'gzip' ? createGunzip() : createInflate(), () => undefined)
    : body;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Counted after unpacking: a small answer may unpack into one that fills the memory.
    if (size > maxBytes) {
      body.destroy();
      throw tooLarge();
    }
    chunks.push(chunk);
  }
  return chunks;
}

export const joined = (chunks: readonly Buffer[]): Buffer =>
  chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);

/**
 * Where answers are looked at that will most likely be thrown away unparsed. Every poll of every source would otherwise leave its
 * whole answer behind as garbage, and collecting that was half of what an idle desk cost.
 */
const scratch = Buffer.allocUnsafeSlow(2 * 1_048_576);

/** Shows the bytes to `look` in one piece. They are valid during the call only, and `look` may change them. */
export function lookAt<Seen>(chunks: readonly Buffer[], look: (bytes: Buffer) => Seen): Seen {
  let size = 0;
  for (const { length } of chunks) size += length;
  const place = size <= scratch.length ? scratch : Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(place, at);
  return look(place.subarray(0, size));
}

/**
 * The answer's JSON. `type` is its content type in lower case; `clean` takes secrets out of a text.
 *
 * @throws SourceError
 */
export function parseBody(
  bytes: Buffer,
  type: string,
  host: string,
  clean: (text: string) => string,
): unknown {
  if (type.includes('html')) {
    throw new SourceError(
      'source.misconfigured',
      `${host} answered with a web page instead of data; is there a login in front?`,
      { next: 'Open the address in a browser to see what answers, and check path and login.' },
    );
  }
  if (type !== '' && !type.includes('json')) {
    throw new SourceError(
      'source.misconfigured',
      `${host} answered with ${clean(type.split(';')[0] ?? '').slice(0, 60)} instead of JSON.`,
      { next: 'Check the address: this looks like another program.' },
    );
  }
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    // The engine's message quotes the answer; ours does not.
    const size = `${bytes.length.toLocaleString('en')} bytes`;
    throw new SourceError(
      'source.unreachable',
      `${host} answered with broken or incomplete JSON (${size}).`,
      { next: 'Nightdesk keeps trying. If it stays, look at the proxy in front of it.' },
    );
  }
}

const byteOrder: readonly (readonly [string, string])[] = [
  ['\u00ef\u00bb\u00bf', 'utf-8'],
  ['\u00fe\u00ff', 'utf-16be'],
  ['\u00ff\u00fe', 'utf-16le'],
];

/** What the text itself says: by its byte order mark, or by its XML declaration. */
function declaredCharset(bytes: Buffer): { mark: string | undefined; xml: string | undefined } {
  const start = bytes.toString('latin1', 0, 200);
  return {
    mark: byteOrder.find(([mark]) => start.startsWith(mark))?.[1],
    xml: /^\s*<\?xml[^>]*\sencoding=["']([\w.:-]+)/i.exec(start)?.[1],
  };
}

/** In the charset that it says, or its type; UTF-8 where neither does, or names one that nobody knows. */
export function decodeText(bytes: Buffer, type: string): string {
  const { mark, xml } = declaredCharset(bytes);
  const charset = mark ?? /charset=["']?([\w.:-]+)/.exec(type)?.[1] ?? xml ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
