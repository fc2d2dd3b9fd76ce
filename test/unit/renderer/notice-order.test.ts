import { describe, expect, it } from 'vitest';
import type { DeskNotice } from '../../../preload/contract/desk.ts';
import { byWeight } from '../../../renderer/app/notice-order.ts';

const notice = (id: number, kind: DeskNotice['kind']): DeskNotice => ({
  id,
  kind,
  at: '2026-01-05T04:00:00.000Z',
  title: String(id),
  text: '',
});

describe('of several notices', () => {
  it('the one that stands alone is the one that weighs most', () => {
    const shown = byWeight([
      notice(1, 'hint'),
      notice(2, 'problem'),
      notice(3, 'gap'),
      notice(4, 'restored'),
      notice(5, 'gap'),
    ]);
    expect(shown.map(({ id }) => id)).toEqual([4, 3, 5, 2, 1]);
  });
});
