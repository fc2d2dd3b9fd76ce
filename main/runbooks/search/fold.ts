/**
 * Text as the index and the search compare it, in every script. SQLite's tokenizer takes accents off Latin letters only, and takes
 * a sentence of a script without spaces for one word. Pure.
 */

/** Raise it when what is made of a text changes: then all documents are read again. */
export const foldVersion = 1;

/** Latin, punctuation and signs: the tokenizer does the same by itself. */
const isTokenized = /^[\u0000-\u024f\u1e00-\u1eff\u2000-\u2bff]*$/; // oxlint-disable-line no-control-regex -- a range

/** Each of these letters is a word of its own to the index, and a word of the search is several that stand together. */
const unparted = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u30fc]/u;
const eachUnparted = new RegExp(unparted.source, 'gu');

/** `й` is `и` in both, and Korean syllables stay whole. */
export const withoutMarks = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC');

/** `手順` is asked for as `手 順`, and stands so in the index. */
export const spread = (word: string): string =>
  unparted.test(word) ? word.replace(eachUnparted, ' $& ').replace(/\s+/g, ' ').trim() : word;

export const forIndex = (text: string): string =>
  isTokenized.test(text) ? text : withoutMarks(text).replace(eachUnparted, ' $& ');

/** Where a word stands in another one: at its beginning, or anywhere where nothing parts words. -1: nowhere. */
export const placeIn = (text: string, word: string): number => {
  if (unparted.test(word)) return text.indexOf(word);
  return text.startsWith(word) ? 0 : -1;
};
