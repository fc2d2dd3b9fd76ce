/** PLACEHOLDER: to be replaced by whoever builds this feature. */
export function ReviewsScreen() {
  return null;
}
