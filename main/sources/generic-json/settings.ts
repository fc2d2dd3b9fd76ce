/** What a person configures for a generic JSON source. The form is drawn from this. */
import { z } from 'zod';
import type { SecretField } from '../connector.ts';
import {
  Address,
  basicAuthorization,
  lines,
  loginFields,
  loginSecrets,
  transportFields,
} from '../fields.ts';
import { parsePath, WritingProblem } from './path.ts';
import { mappingFields, refineMapping, understood } from './rules.ts';

/** Set by the connection itself, or a login that has its own field and its place in the keychain. */
const reserved = new Set([
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'host',
  'proxy-authorization',
  'transfer-encoding',
  'upgrade',
]);
const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/** @throws WritingProblem */
export function parseHeaders(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((line) => {
      const at = line.indexOf(':');
      const name = line.slice(0, Math.max(0, at)).trim();
      const value = line.slice(at + 1).trim();
      if (!headerName.test(name)) {
        throw new WritingProblem(`A header reads like Name: value, unlike ${line.slice(0, 40)}`);
      }
      if (reserved.has(name.toLowerCase())) {
        throw new WritingProblem(`${name} cannot be set here. For a login use the fields below.`);
      }
      if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
        throw new WritingProblem(`The header ${name} has a character that no header may have.`);
      }
      return [name.toLowerCase(), value];
    }),
  );
}

const optionalPath = () =>
  z
    .string()
    .trim()
    .max(1_000)
    .default('')
    .superRefine(understood((text: string) => text === '' || parsePath(text)));

export const GenericJsonSettings = z
  .object({
    url: Address.meta({
      label: 'Address',
      help: 'What answers with JSON, with its path and query.',
      type: 'url',
      placeholder: 'https://status.example.org/api/alerts',
    }),
    ...mappingFields,
    method: z.enum(['GET', 'POST']).default('GET').meta({
      isAdvanced: true,
      label: 'Method',
      help: 'POST only for an address that answers nothing else. It must not change anything there.',
    }),
    body: lines()
      .default([])
      .meta({
        isAdvanced: true,
        label: 'Body',
        help: 'Sent as it is, as JSON unless a header says otherwise.',
        type: 'lines',
        when: { field: 'method', equals: 'POST' },
      }),
    headers: lines().max(30).default([]).superRefine(understood(parseHeaders)).meta({
      isAdvanced: true,
      label: 'Headers',
      help: 'One per line, like Accept-Language: en. No passwords or tokens: they would stand in the configuration file.',
      type: 'lines',
    }),
    login: z.enum(['none', 'basic', 'bearer', 'header']).default('none').meta({
      label: 'Login',
      help: 'How the server knows you: user name and password, a bearer token, or a key in a header of its own.',
    }),
    user: loginFields.user,
    loginHeader: z
      .string()
      .trim()
      .default('X-Api-Key')
      .refine((name) => headerName.test(name) && !reserved.has(name.toLowerCase()), {
        message: 'This is no name of a header that a key can be sent in.',
      })
      .meta({ label: 'Header of the key', help: '', when: { field: 'login', equals: 'header' } }),
    paging: z.enum(['none', 'page', 'offset', 'cursor', 'link']).default('none').meta({
      isAdvanced: true,
      label: 'Pages',
      help: 'How the rest of a long list is asked for: by the number of the page, by how many items to skip, by a cursor from the answer, or by an address in the answer (or its Link header).',
    }),
    pageParameter: z.string().trim().max(100).default('').meta({
      isAdvanced: true,
      label: 'Parameter of the page',
      help: 'Its name in the query. Empty: page, offset or cursor.',
    }),
    firstPage: z
      .int()
      .min(0)
      .max(1)
      .default(1)
      .meta({
        isAdvanced: true,
        label: 'Number of the first page',
        help: '',
        when: { field: 'paging', equals: 'page' },
      }),
    nextPath: optionalPath().meta({
      isAdvanced: true,
      label: 'Path of the next page',
      help: 'Where the answer holds the cursor or the address. Empty: $.next, or the Link header for an address.',
      placeholder: '$.meta.next',
    }),
    totalPath: optionalPath().meta({
      isAdvanced: true,
      label: 'Path of the total',
      help: 'Where the answer says how many items there are. Fewer that arrive make the list incomplete.',
      placeholder: '$.meta.total',
    }),
    ...transportFields,
  })
  .superRefine(refineMapping);
export type GenericJsonSettings = z.infer<typeof GenericJsonSettings>;

export const genericJsonSecrets: readonly SecretField[] = [
  ...loginSecrets,
  {
    name: 'key',
    label: 'Key',
    help: 'Kept in the keychain of this computer.',
    when: { field: 'login', equals: 'header' },
  },
];

/** Every request carries the same. */
export function headersOf(
  settings: GenericJsonSettings,
  secrets: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers = parseHeaders(settings.headers);
  if (settings.method === 'POST') headers['content-type'] ??= 'application/json';
  switch (settings.login) {
    case 'none':
      return headers;
    case 'basic':
      return {
        ...headers,
        authorization: basicAuthorization(settings.user, secrets['password'] ?? ''),
      };
    case 'bearer':
      return { ...headers, authorization: `Bearer ${secrets['token'] ?? ''}` };
    case 'header':
      return { ...headers, [settings.loginHeader.toLowerCase()]: secrets['key'] ?? '' };
  }
}
