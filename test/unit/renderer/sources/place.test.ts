import { expect, it } from 'vitest';
import {
  readPlace,
  writePlace,
  type SourcesPlace,
} from '../../../../renderer/features/sources/place.ts';

const places: SourcesPlace[] = [
  { at: 'list' },
  { at: 'kinds' },
  { at: 'connect', kind: 'alertmanager' },
  { at: 'connect', kind: 'a&b=c #é' },
  { at: 'edit', id: 'prod' },
  { at: 'edit', id: '?x=y&edit=z' },
];

it.each(places)('finds the place %j again in its address', (place) => {
  const address = writePlace(place);
  expect(address).toMatch(/^\/sources/);
  expect(readPlace(address.split('?').slice(1).join('?'))).toEqual(place);
});

it('shows the list for an address that says nothing', () => {
  expect(readPlace('edit=')).toEqual({ at: 'list' });
  expect(readPlace('other=1')).toEqual({ at: 'list' });
});
