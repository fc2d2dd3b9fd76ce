/** PLACEHOLDER: to be replaced by whoever builds this feature. */
export function PostmortemScreen(_props: { readonly incidentId: number }) {
  return null;
}
