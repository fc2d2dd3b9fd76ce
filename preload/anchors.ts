/** How sections of a runbook are named: main stores the names and the renderer draws them, so both must name alike. */

/** Anchors the way GitHub makes them: lower case, punctuation dropped, spaces to dashes, repeats counted. */
export function createSlugger(): (heading: string) => string {
  const used = new Map<string, number>();
  return (heading) => {
    const base = heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let slug = base;
    while (used.has(slug)) {
      const count = (used.get(base) ?? 0) + 1;
      used.set(base, count);
      slug = `${base}-${count}`;
    }
    used.set(slug, 0);
    return slug;
  };
}
