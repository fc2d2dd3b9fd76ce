/** PLACEHOLDER: to be replaced by whoever builds this feature. */
export function FourAmScreen(_props: { readonly alarmId: number | null }) {
  return null;
}
