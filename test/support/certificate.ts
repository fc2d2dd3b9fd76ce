/** Certificates made on the spot, without a program that may not be installed: self-signed, or of an authority of our own. */
import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';

const tlv = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const bytes: number[] = [];
  for (let rest = body.length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  const length = body.length < 0x80 ? [body.length] : [0x80 | bytes.length, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
const time = (ms: number): Buffer =>
  tlv(0x18, Buffer.from(new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')));
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const name = (text: string): Buffer =>
  sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(text)))));

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface Authority extends Certificate {
  readonly name: string;
}

function make(options: {
  readonly subject: string;
  readonly extensions: readonly Buffer[];
  readonly endsAt: number;
  /** Null: signed by itself. */
  readonly authority: Authority | null;
}): Certificate {
  const { subject, endsAt, authority } = options;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const serial = createHash('sha256').update(`${subject} ${endsAt}`).digest().subarray(0, 8);
  // The first bit set would make it a negative number.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01;
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    ecdsaWithSha256,
    name(authority?.name ?? subject),
    sequence(time(Date.now() - 86_400_000), time(endsAt)),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...options.extensions)),
  );
  const signer = authority === null ? privateKey : createPrivateKey(authority.key);
  const signature = sign('sha256', body, signer);
  const der = sequence(body, ecdsaWithSha256, tlv(0x03, Buffer.from([0]), signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** For `host`, which may be an IPv4 address too, from now until `endsAt`. */
export function makeCertificate(
  host: string,
  endsAt: number,
  authority: Authority | null = null,
): Certificate {
  const isAddress = /^[\d.]+$/.test(host);
  const alternative = isAddress
    ? tlv(0x87, Buffer.from(host.split('.').map(Number)))
    : tlv(0x82, Buffer.from(host));
  const extension = sequence(oid('551d11'), tlv(0x04, sequence(alternative)));
  return make({ subject: host, extensions: [extension], endsAt, authority });
}

export function makeAuthority(authorityName: string, endsAt: number): Authority {
  const isAuthority = sequence(tlv(0x01, Buffer.from([0xff])));
  const critical = tlv(0x01, Buffer.from([0xff]));
  const extension = sequence(oid('551d13'), critical, tlv(0x04, isAuthority));
  const made = make({ subject: authorityName, extensions: [extension], endsAt, authority: null });
  return { ...made, name: authorityName };
}
