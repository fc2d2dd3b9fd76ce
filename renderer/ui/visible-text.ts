/**
 * Text from outside, made safe to look at. Pure.
 *
 * Controls become pictures of themselves, so that a NUL or an escape sequence is seen and does nothing. Characters that
 * turn the direction of text around are spelled out: they are how `exe.txt` is made to read as something else.
 */
const pictures = 0x24_00;
const invisible =
  // oxlint-disable-next-line no-control-regex -- controls are what it looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

const spelled = (code: number): string => `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** `isOneLine`: line breaks and tabs become spaces, too. */
export function visibleText(text: string, isOneLine = false): string {
  const shown = text.replaceAll(invisible, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0x0d) return isOneLine ? ' ' : '';
    if (code < 0x20) return String.fromCodePoint(pictures + code);
    return code === 0x7f ? '␡' : spelled(code);
  });
  return isOneLine ? shown.replaceAll(/[\n\t]+/g, ' ') : shown;
}

/** The first part, never cut inside a character. */
export function clipText(text: string, length: number): { text: string; isClipped: boolean } {
  if (text.length <= length) return { text, isClipped: false };
  const last = text.charCodeAt(length - 1);
  const end = last >= 0xd8_00 && last <= 0xdb_ff ? length - 1 : length;
  return { text: text.slice(0, end), isClipped: true };
}
