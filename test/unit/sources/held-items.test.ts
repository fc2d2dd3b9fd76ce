import { expect, test } from 'vitest';
import { z } from 'zod';
import { createHeldItems } from '../../../main/sources/held-items.ts';
import { observed } from '../../support/alarms.ts';

test('an item that is nested deeper than anybody can compare costs no other', () => {
  const deep = (): unknown => JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
  const items = createHeldItems(
    {
      schema: z.object({ id: z.string() }),
      identity: (raw) => (raw as { id: string }).id,
      toAlarm: (_item, externalId) => observed({ externalId }),
    },
    () => 0,
  );
  for (let poll = 0; poll < 3; poll += 1) {
    const { alarms, blind } = items.take([{ id: 'a', deep: deep() }, { id: 'b' }]);
    expect(alarms.map(({ externalId }) => externalId)).toEqual(['a', 'b']);
    expect(blind).toBeNull();
  }
});
