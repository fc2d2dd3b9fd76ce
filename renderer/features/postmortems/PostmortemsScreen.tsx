/** PLACEHOLDER: to be replaced by whoever builds this feature. */
export function PostmortemsScreen() {
  return null;
}
