/** The folder of the library that holds the copies of web pages. Whoever can make an alarm can put a page into it. */
export const webFolderName = 'Web pages';
