/** What electron.d.ts declares, read from the file itself: the double may not know a name that Electron lacks. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Declaration {
  readonly parent: string | null;
  readonly members: Set<string>;
  readonly statics: Set<string>;
  readonly events: Set<string>;
}

function readDeclarations(): {
  declarations: ReadonlyMap<string, Declaration>;
  exported: readonly string[];
} {
  const file = createRequire(import.meta.url).resolve('electron/electron.d.ts');
  const declarations = new Map<string, Declaration>();
  const exported: string[] = [];
  let current: Declaration | null = null;
  let isExports = false;
  // The file is generated: top-level names stand at two spaces, their members at four.
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const start = /^ {2}(?:interface|class) (\w+)(?:<.*>)?(?: extends ([\w.]+))?/.exec(line);
    if (start?.[1] !== undefined) {
      const parent = start[2] === undefined || start[2].includes('EventEmitter') ? null : start[2];
      current = { parent, members: new Set(), statics: new Set(), events: new Set() };
      declarations.set(start[1], current);
      continue;
    }
    if (/^ {2}namespace /.test(line)) isExports = line.includes('CrossProcessExports');
    if (/^ {2}\}/.test(line)) {
      current = null;
      isExports = false;
    }
    if (isExports) {
      const name = /^ {4}(?:const|class|function) (\w+)/.exec(line)?.[1];
      if (name !== undefined) exported.push(name);
    }
    const event = /^ {4}on\(event: '([\w-]+)'/.exec(line)?.[1];
    if (event !== undefined) current?.events.add(event);
    const member = /^ {4}(static )?(?:readonly |get |set )?(\w+)\??[(:<]/.exec(line);
    if (member?.[2] !== undefined) {
      (member[1] === undefined ? current?.members : current?.statics)?.add(member[2]);
    }
  }
  return { declarations, exported };
}

export const { declarations, exported } = readDeclarations();

const notDeclared = (name: string): Error => new Error(`${name} is not in electron.d.ts`);

function declares(name: string, kind: 'members' | 'statics' | 'events', member: string): boolean {
  for (let at: string | null = name; at !== null; at = declarations.get(at)?.parent ?? null) {
    const declaration = declarations.get(at);
    if (declaration === undefined) throw notDeclared(at);
    if (declaration[kind].has(member)) return true;
  }
  return false;
}

const emitterMembers = new Set(Object.getOwnPropertyNames(EventEmitter.prototype));
/** What the language itself looks for on any object. */
const passed = new Set([
  'constructor',
  'then',
  'toJSON',
  'toString',
  'valueOf',
  'prototype',
  'name',
  'length',
]);

function check(
  target: object,
  owner: string,
  kind: 'members' | 'statics',
  name: string | symbol,
): void {
  if (typeof name === 'symbol' || name.startsWith('_') || passed.has(name)) return;
  if (kind === 'members' && emitterMembers.has(name)) return;
  if (!declares(owner, kind, name)) throw notDeclared(`${owner}.${name}`);
  if (!(name in target)) {
    throw new Error(`${owner}.${name} is in electron.d.ts but not in the double`);
  }
}

const listening = new Set(['on', 'once', 'off', 'addListener', 'removeListener', 'emit']);

/** The same object, refusing every name and every event that electron.d.ts lacks under `owner`. */
export function guard<Target extends object>(
  target: Target,
  owner: string,
  kind: 'members' | 'statics' = 'members',
): Target {
  return new Proxy(target, {
    get(inner, name, receiver) {
      check(inner, owner, kind, name);
      const value: unknown = Reflect.get(inner, name, receiver);
      if (typeof name === 'string' && listening.has(name) && typeof value === 'function') {
        return (event: string, ...rest: unknown[]): unknown => {
          if (!declares(owner, 'events', event) && event !== 'newListener' && event !== 'error') {
            throw new Error(`the event '${event}' of ${owner} is not in electron.d.ts`);
          }
          return (value as (...args: unknown[]) => unknown).call(receiver, event, ...rest);
        };
      }
      return value;
    },
    set(inner, name, value, receiver) {
      check(inner, owner, kind, name);
      return Reflect.set(inner, name, value, receiver);
    },
  });
}

/** Refuses options that the named interface lacks. Their values are the product's business. */
export function checkOptions(owner: string, options: object | undefined): void {
  for (const name of Object.keys(options ?? {})) {
    if (!declares(owner, 'members', name)) throw notDeclared(`${owner}.${name}`);
  }
}
