/**
 * `--import` this into a shell to take its network away on request: the product has no such door. While the file that
 * `NIGHTDESK_TEST_NETWORK_OFF` names exists, no socket is connected, no name is looked up, and no git is started, whoever asks;
 * each refusal is a line in that file. What listens goes on: that is how the window reaches its core.
 *
 * It is loaded into every thread, the core's and the one that reads pages included.
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync, existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const file = process.env['NIGHTDESK_TEST_NETWORK_OFF'] ?? '';

const isOff = (): boolean => file !== '' && existsSync(file);
const note = (what: string): void => appendFileSync(file, `${what}\n`);
const unreachable = (): Error => Object.assign(new Error('no network'), { code: 'ENETUNREACH' });

type Anything = (this: unknown, ...given: unknown[]) => unknown;

/** Replaces a function by one that refuses first. */
function refuse(
  owner: object,
  name: string,
  refusal: (given: readonly unknown[]) => unknown,
): void {
  const original = Reflect.get(owner, name) as Anything;
  const guarded: Anything = function guarded(...given) {
    const refused = isOff() ? refusal(given) : undefined;
    return refused === undefined ? original.apply(this, given) : refused;
  };
  Reflect.set(owner, name, guarded);
}

const connect = Reflect.get(net.Socket.prototype, 'connect') as Anything;
Reflect.set(
  net.Socket.prototype,
  'connect',
  function guarded(this: net.Socket, ...given: unknown[]) {
    // A path is a pipe of this computer, not a network.
    const [first] = given.flat() as [{ path?: string; host?: string; port?: number } | undefined];
    if (!isOff() || (typeof first === 'object' && typeof first.path === 'string')) {
      return connect.apply(this, given);
    }
    note(`connect ${first?.host ?? ''}:${first?.port ?? ''}`);
    process.nextTick(() => this.destroy(unreachable()));
    return this;
  },
);

const refuseLookup = (given: readonly unknown[]): object => {
  note(`lookup ${String(given[0])}`);
  const callback = given.at(-1);
  if (typeof callback === 'function') process.nextTick(() => void callback(unreachable()));
  return {};
};
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) refuse(dns, name, refuseLookup);
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  refuse(dns.promises, name, (given) => {
    note(`lookup ${String(given[0])}`);
    return Promise.reject(unreachable());
  });
}
refuse(dgram.Socket.prototype, 'send', () => {
  throw unreachable();
});
refuse(childProcess, 'spawn', (given) => {
  if (given[0] !== 'git') return undefined;
  note(`git ${String((given[1] as string[] | undefined)?.[0])}`);
  const said = 'echo "fatal: Could not resolve host: nowhere" >&2; exit 128';
  return childProcess.spawn('/bin/sh', ['-c', said], given[2] as childProcess.SpawnOptions);
});
syncBuiltinESMExports();
