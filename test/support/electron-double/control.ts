/** The test's side door: what the double remembers, and what a person or the system would do to it. */
import { world, type World } from './world.ts';

export interface ControlRequest {
  readonly id: number;
  readonly method: string;
  readonly argument: string;
}
export interface ControlAnswer {
  readonly id: number;
  readonly value: unknown;
  readonly world: World;
}

export function serveControl(methods: Record<string, (argument: string) => unknown>): void {
  if (process.send === undefined) return;
  process.on('message', ({ id, method, argument }: ControlRequest) => {
    const action = methods[method];
    const value = method === 'look' ? null : action?.(argument);
    if (method !== 'look' && action === undefined) return;
    process.send?.({ id, value: value ?? null, world } satisfies ControlAnswer);
  });
}
