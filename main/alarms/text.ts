/** For a line of the list: cut to a length, and well-formed. */
export const clip = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length).toWellFormed()}…`;
