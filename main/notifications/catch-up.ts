/** What happened while nobody looked is told once, together. Pure. */

/** One alone is told like any other; several are bundled. */
export function splitUnseen<Item>(
  items: readonly Item[],
  isUnseen: (item: Item) => boolean,
): { singly: readonly Item[]; bundled: readonly Item[] } {
  const unseen = items.filter(isUnseen);
  if (unseen.length < 2) return { singly: items, bundled: [] };
  return { singly: items.filter((item) => !isUnseen(item)), bundled: unseen };
}
