import { useRef, type RefObject } from 'react';
import { useActions } from './use-actions.ts';

/** Lines are links or buttons that carry this attribute. */
export const listLine = { 'data-list-line': '' } as const;

/** The line that has the focus, or whose button has it; -1 for none. Lines lie in items of a list, or are alone. */
function lineOf(lines: readonly HTMLElement[], focused: Element | null): number {
  const item = focused?.closest('li, tr');
  return lines.findIndex((line) => line === focused || item?.contains(line) === true);
}

/** `j` and `k` move the focus along the lines inside of this element; Enter then presses the one that has it. */
export function useListKeys<Element extends HTMLElement>(group: string): RefObject<Element | null> {
  const list = useRef<Element>(null);
  const move = (by: 1 | -1): void => {
    const lines = [...(list.current?.querySelectorAll<HTMLElement>('[data-list-line]') ?? [])];
    const at = lineOf(lines, document.activeElement);
    const next = at === -1 ? (by === 1 ? 0 : lines.length - 1) : at + by;
    const line = lines[Math.min(Math.max(next, 0), lines.length - 1)];
    line?.focus();
    line?.scrollIntoView({ block: 'nearest' });
  };
  const step = (id: string, label: string, keys: string[], by: 1 | -1) => ({
    id: `list.${id}`,
    label,
    group,
    keys,
    isKeyOnly: true,
    run: () => move(by),
  });
  useActions([
    step('next', 'Next line', ['j', 'ArrowDown'], 1),
    step('previous', 'Previous line', ['k', 'ArrowUp'], -1),
  ]);
  return list;
}
