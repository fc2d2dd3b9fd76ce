/** PLACEHOLDER: to be replaced by whoever builds this feature. */
export function IncidentScreen(_props: { readonly id: number }) {
  return null;
}
