/** What the choices of a field mean, where the word in the file alone does not say it. Pure. */

/** By field and choice: the same word means different things in different fields. */
const meanings: Readonly<Record<string, string>> = {
  'login.basic': 'user name and password',
  'login.bearer': 'a token',
  'login.header': 'a key in a header of its own',
  'login.certificate': 'the client certificate',
  'trust.authorities': 'those of this computer, and yours',
  'trust.fingerprint': 'only this one certificate',
  'proxy.system': 'the one of this computer',
  'proxy.address': 'another one for this source',
};

/** The word stays in front: help texts, the file and the documentation name it. */
export function choiceText(field: string, choice: string): string {
  const key = `${field}.${choice}`;
  return Object.hasOwn(meanings, key) ? `${choice}: ${meanings[key]}` : choice;
}
