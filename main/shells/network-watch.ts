/**
 * Tells the core when the network under it changed. No runtime has an event for it that works on every system, so the
 * addresses of the interfaces are compared now and then.
 */
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

/** Equal for equal sets of interfaces and addresses. Link-local ones come and go and say nothing. */
export function networkFingerprint(
  interfaces: NodeJS.Dict<readonly Pick<NetworkInterfaceInfo, 'address' | 'cidr' | 'internal'>[]>,
): string {
  return Object.entries(interfaces)
    .flatMap(([name, addresses]) =>
      (addresses ?? [])
        .filter(({ address, internal }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
        .map(({ address, cidr }) => `${name} ${cidr ?? address}`),
    )
    .sort()
    .join('\n');
}

/** @returns a function that ends the watch. */
export function watchNetwork(
  onChange: () => void,
  options: { intervalMs?: number; read?: typeof networkInterfaces } = {},
): () => void {
  const read = options.read ?? networkInterfaces;
  let last = networkFingerprint(read());
  const timer = setInterval(() => {
    const current = networkFingerprint(read());
    if (current === last) return;
    last = current;
    onChange();
  }, options.intervalMs ?? 3_000);
  timer.unref();
  return () => clearInterval(timer);
}
