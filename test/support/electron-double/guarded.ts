import { EventEmitter } from 'node:events';
import { guard } from './typings.ts';

/** An event emitter whose every use is checked against electron.d.ts, under the name of its class. */
export class Guarded extends EventEmitter {
  constructor(owner: string) {
    super();
    // Returned instead of `this`, so that the private fields of the subclass live on the guarded object.
    return guard(this, owner);
  }
}

/** A class whose static side is checked too. */
export function guardClass<Target extends object>(target: Target, owner: string): Target {
  return guard(target, owner, 'statics');
}

/** An event that a listener may prevent. */
export class PreventableEvent {
  isPrevented = false;
  constructor(fields: object = {}) {
    Object.assign(this, fields);
  }
  preventDefault(): void {
    this.isPrevented = true;
  }
}
