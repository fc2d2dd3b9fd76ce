/** PLACEHOLDER: to be replaced by whoever builds this feature. */
export function ActionsScreen() {
  return null;
}
