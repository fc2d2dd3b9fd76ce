import { expect, test } from 'vitest';
import { switchNameOf, webFolderName } from '../../../../preload/running-switch.ts';

test.each([
  ['/home/ada/runbooks', 'pods/Down.md', '/home/ada/runbooks'],
  [webFolderName, 'github.com/acme/runbooks/Down.md', 'Web pages of github.com/acme'],
  [webFolderName, 'github.com/mallory/runbooks/Down.md', 'Web pages of github.com/mallory'],
  [webFolderName, 'wiki.acme.org/down.md', 'Web pages of wiki.acme.org'],
  [webFolderName, 'wiki.acme.org/ops/down.md', 'Web pages of wiki.acme.org/ops'],
])('commands of %s %s run under %s', (folder, path, name) => {
  expect(switchNameOf({ folder, path })).toBe(name);
});
