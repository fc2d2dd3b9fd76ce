const format = new Intl.NumberFormat('en-GB');

/** `10,000`. */
export const countText = (count: number): string => format.format(count);

/** `1 alarm`, `10,000 alarms`. */
export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : many}`;
