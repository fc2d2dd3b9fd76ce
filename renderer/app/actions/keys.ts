/** Keys to actions: one listener for the whole window. */
import { useEffect, useState } from 'react';
import { createKeybindingsHandler } from 'tinykeys';
import type { Action } from './action.ts';
import { createKeySequence, sequenceMs } from './key-sequence.ts';
import { actionForKey, runAction, useRegisteredKeys } from './registry.ts';

const typingPlaces =
  'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=""], [contenteditable="true"]';
const pressable = 'button, a[href], summary, input, select, textarea, [role="button"]';

/** Whether this press belongs to where the focus is, and not to a shortcut. */
function isTaken(event: KeyboardEvent, action: Action): boolean {
  if (event.isComposing) return true;
  // A key that is held down may move; it must not acknowledge or tick thirty times a second.
  if (event.repeat && action.isKeyOnly !== true) return true;
  if (action.isEverywhere === true) return false;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(typingPlaces)) return true;
  if (target?.closest('[role="menu"], [role="dialog"]')) return true;
  // Enter and Space press what has the focus.
  if ((event.key === 'Enter' || event.key === ' ') && target?.closest(pressable)) return true;
  return document.querySelector('[aria-modal="true"]') !== null;
}

const bind = (keys: readonly string[]): ((event: KeyboardEvent) => void) => {
  const bindings = Object.fromEntries(
    keys.map((key) => [
      key,
      (event: KeyboardEvent) => {
        const action = actionForKey(key);
        if (action === undefined || isTaken(event, action)) return;
        event.preventDefault();
        runAction(action);
      },
    ]),
  );
  return createKeybindingsHandler(bindings, { ignore: () => false, timeout: sequenceMs });
};

/** Mount once. */
export function useActionKeys(): void {
  const keys = useRegisteredKeys();
  const [sequence] = useState(() => createKeySequence(bind, () => performance.now()));
  useEffect(() => sequence.change(JSON.parse(keys) as string[]), [keys, sequence]);
  useEffect(() => {
    window.addEventListener('keydown', sequence.press);
    return () => window.removeEventListener('keydown', sequence.press);
  }, [sequence]);
}

const isMac = /Mac/.test(navigator.platform);
const shown: Readonly<Record<string, string>> = {
  $mod: isMac ? '⌘' : 'Ctrl',
  Shift: isMac ? '⇧' : 'Shift',
  Alt: isMac ? '⌥' : 'Alt',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
};

const partText = (part: string, press: string): string =>
  shown[part] ?? (part.length === 1 && press.includes('$mod') ? part.toUpperCase() : part);

/** `$mod+k` as people read it: `Ctrl K`. A modifier in brackets only helps some keyboards, and is left out. */
export function keyText(key: string): string {
  return key
    .split(' ')
    .map((press) =>
      press
        .split('+')
        .filter((part) => !part.startsWith('['))
        .map((part) => partText(part, press))
        .join(' '),
    )
    .join(' then ');
}
