/** Finds the place in a drawn text that a link names, and shows it. */

/** GitHub and GitLab make different anchors of one heading; without dashes they agree. */
export const foldAnchor = (anchor: string): string =>
  anchor.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** False: there is no such place. */
export function scrollToAnchor(text: HTMLElement, anchor: string): boolean {
  const places = [...text.querySelectorAll<HTMLElement>('[data-anchor]')];
  const folded = foldAnchor(anchor);
  const place =
    places.find(({ dataset }) => dataset.anchor === anchor) ??
    places.find(({ dataset }) => foldAnchor(dataset.anchor ?? '') === folded);
  if (place === undefined) return false;
  // What is folded away is not seen.
  for (let around = place.parentElement; around !== null; around = around.parentElement) {
    if (around instanceof HTMLDetailsElement) around.open = true;
  }
  place.scrollIntoView({ block: 'start' });
  return true;
}

/** To the marked row of a table, where it stands in the section that is shown; a table of contents stands elsewhere. */
export function scrollToOwnRow(text: HTMLElement, anchor: string): void {
  let section = '';
  for (const place of text.querySelectorAll<HTMLElement>('[data-depth], tr[aria-current]')) {
    if (place.dataset.depth !== undefined) section = place.dataset.anchor ?? '';
    else if (anchor === '' || foldAnchor(section) === foldAnchor(anchor)) {
      place.scrollIntoView({ block: 'center' });
      return;
    }
  }
}
