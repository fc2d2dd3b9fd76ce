/** Copies text, exactly as it is. @throws when the browser refuses, so that nobody pastes something older. */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
