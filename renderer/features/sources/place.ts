/** Where on this screen one is: the list, the choice of a kind, or a form. Pure. */
export type SourcesPlace =
  | { readonly at: 'list' }
  | { readonly at: 'kinds' }
  | { readonly at: 'connect'; readonly kind: string }
  | { readonly at: 'edit'; readonly id: string };

export function readPlace(search: string): SourcesPlace {
  const parameters = new URLSearchParams(search);
  const id = parameters.get('edit');
  if (id !== null && id !== '') return { at: 'edit', id };
  const kind = parameters.get('connect');
  if (kind === null) return { at: 'list' };
  return kind === '' ? { at: 'kinds' } : { at: 'connect', kind };
}

export function writePlace(place: SourcesPlace): string {
  switch (place.at) {
    case 'list':
      return '/sources';
    case 'kinds':
      return '/sources?connect=';
    case 'connect':
      return `/sources?${new URLSearchParams({ connect: place.kind }).toString()}`;
    case 'edit':
      return `/sources?${new URLSearchParams({ edit: place.id }).toString()}`;
  }
}
