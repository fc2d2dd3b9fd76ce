/** PLACEHOLDER: to be replaced by whoever builds this feature. */
export function RunbooksScreen() {
  return null;
}
