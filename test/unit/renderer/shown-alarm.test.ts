import { expect, test } from 'vitest';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { onShown, tellShown } from '../../../renderer/api/shown-alarm.ts';

const id = (value: number): AlarmId => value as AlarmId;

test('a click that came before the screen listened is shown when it does, once', () => {
  tellShown(id(1));
  tellShown(id(2));
  const seen: number[] = [];
  const stop = onShown((alarm) => seen.push(alarm));
  expect(seen).toEqual([2]);
  tellShown(id(3));
  stop();
  tellShown(id(4));
  expect(seen).toEqual([2, 3]);
  const later: number[] = [];
  // The next place of the same screen listens before the last one stops.
  const first = onShown((alarm) => later.push(alarm));
  const second = onShown((alarm) => later.push(alarm));
  first();
  tellShown(id(5));
  expect(later).toEqual([4, 5]);
  second();
});
