/** PLACEHOLDER: to be replaced by whoever builds this feature. */
export function RunbookScreen(_props: { readonly id: number }) {
  return null;
}
