/** Signature Version 4 of AWS, as far as a POST with a whole body needs it. Pure. */
import { createHash, createHmac } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary keys; null for lasting ones. */
  readonly sessionToken: string | null;
}

export interface ToSign {
  readonly method: string;
  readonly url: string;
  /** Besides host and date, which are added. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly service: string;
  readonly region: string;
  readonly atMs: number;
}

const hash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text, 'utf8').digest();

/** As AWS encodes: everything but unreserved characters. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function canonicalQuery(url: URL): string {
  const pairs = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.sort().join('&');
}

/** All headers to send, the signature among them; `host` is left out, since the client sets it from the address. */
export function signed(request: ToSign, credentials: Credentials): Record<string, string> {
  const { method, body, service, region } = request;
  const url = new URL(request.url);
  const date = `${new Date(request.atMs).toISOString().slice(0, 19).replace(/[:-]/g, '')}Z`;
  const day = date.slice(0, 8);
  const { sessionToken } = credentials;
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': date,
    ...(sessionToken === null ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const all = Object.entries({ ...headers, host: url.host })
    .map(([name, value]): [string, string] => [name, value.trim().replace(/\s+/g, ' ')])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = all.map(([name]) => name).join(';');
  const canonical = [
    method,
    url.pathname,
    canonicalQuery(url),
    ...all.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    hash(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\n');
  const key = [region, service, 'aws4_request'].reduce(
    (before: Buffer, part) => hmac(before, part),
    hmac(`AWS4${credentials.secretAccessKey}`, day),
  );
  const signature = hmac(key, text).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
