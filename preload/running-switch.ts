/** Under which name running the commands of a runbook is switched on: the core asks for it, and the window shows it. */

/** The folder of the library that holds the copies of web pages. Whoever can make an alarm can put a page into it. */
export const webFolderName = 'Web pages';

/**
 * Its source; of a copied page, its site and the first folder there, such as `github.com/acme`: a page of somebody else must
 * not come in by a switch that was meant for one's own.
 */
export function switchNameOf({
  folder,
  path,
}: {
  readonly folder: string;
  readonly path: string;
}): string {
  if (folder !== webFolderName) return folder;
  return `${webFolderName} of ${path.split('/').slice(0, -1).slice(0, 2).join('/')}`;
}
