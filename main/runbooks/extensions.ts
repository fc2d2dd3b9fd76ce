/** Which files are runbooks, by the end of their names. */

const document = /(\.html)?\.(md|mdx|markdown|mdown|mkd|adoc|asciidoc)(\.erb)?$/i;

export const isDocument = (name: string): boolean => document.test(name);

export const isAsciiDoc = (name: string): boolean => /\.(adoc|asciidoc)(\.erb)?$/i.test(name);

export const isMdx = (name: string): boolean => /\.mdx(\.erb)?$/i.test(name);

export const isErb = (name: string): boolean => /\.erb$/i.test(name);

/** `KubePodNotReady` of `KubePodNotReady.html.md.erb`. */
export const withoutExtension = (name: string): string => name.replace(document, '');
