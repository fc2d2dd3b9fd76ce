/** PLACEHOLDER: to be replaced by whoever builds this feature. */
export function StartScreen() {
  return null;
}
