/**
 * Which addresses a copy may be taken from. Pure.
 *
 * Whoever can make an alarm can write a link, and this computer would ask it, from inside the VPN. So: http and https only, and
 * hosts on private networks only when an alarm source is configured there or the person allowed them. Names are checked again
 * where the connection is made, by the addresses they lead to.
 */
import { BlockList, isIP } from 'node:net';

const privateNets = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  privateNets.addSubnet(net, bits, 'ipv4');
}
/** All of IPv6 but what is given out to the public, and of that nothing that stands for an IPv4 address. */
const publicNets = new BlockList();
publicNets.addSubnet('2000::', 3, 'ipv6');
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  privateNets.addSubnet(net, bits, 'ipv6');
}

export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return privateNets.check(address, 'ipv4');
  if (family === 6) {
    const [plain = ''] = address.split('%');
    return !publicNets.check(plain, 'ipv6') || privateNets.check(plain, 'ipv6');
  }
  return true;
}

const privateEnds =
  /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|localdomain|home\.arpa|test|invalid|onion)\.?$/i;

export const bareHost = (host: string): string => host.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/** By its name alone: names without a dot only ever mean something inside. */
export function isPrivateHost(hostname: string): boolean {
  const host = bareHost(hostname);
  if (isIP(host) !== 0) return isPrivateAddress(host);
  return !host.includes('.') || privateEnds.test(host);
}

/** What a person allowed: a host with any port, or with exactly this one. */
export const isListed = (url: URL, hosts: Iterable<string>): boolean => {
  for (const listed of hosts) {
    const host = listed.toLowerCase();
    if (host === url.host || host === url.hostname) return true;
    const usual = url.protocol === 'https:' ? '443' : '80';
    if (url.port === '' && host === `${url.hostname}:${usual}`) return true;
  }
  return false;
};

/** Links longer than this are no pages. */
const longest = 2_000;

/** As it is asked and remembered: without fragment and without a login. Null: it is none that could be asked. */
export function pageAddress(written: string): URL | null {
  const text = written.trim();
  // oxlint-disable-next-line no-control-regex -- no address has them
  if (text.length > longest || !/^https?:\/\//i.test(text) || /[\s\u0000-\u001f<>"]/.test(text))
    return null;
  const url = URL.parse(text);
  if (url === null || url.hostname === '') return null;
  url.hash = '';
  url.username = '';
  url.password = '';
  return url;
}
