/** Saves a file: the shell asks where, or the browser downloads it. */
import { client } from './client.ts';

export interface FileToSave {
  readonly fileName: string;
  readonly mediaType: string;
  readonly text: string;
}

/** Where it went, for people; null when the person cancelled. */
export async function saveFile(file: FileToSave): Promise<string | null> {
  const { isHandled, path } = await client.system.saveFile(file);
  if (isHandled) return path;
  const url = URL.createObjectURL(new Blob([file.text], { type: file.mediaType }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = file.fileName;
  anchor.click();
  // The download has its own hold on the text by then.
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return `${file.fileName} in your downloads`;
}
