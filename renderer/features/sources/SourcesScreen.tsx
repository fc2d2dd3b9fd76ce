/** PLACEHOLDER: to be replaced by whoever builds this feature. */
export function SourcesScreen() {
  return null;
}
