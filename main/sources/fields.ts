/** Fields of settings that several kinds have. They mean the same wherever they stand, and the form draws them alike. */
import { z } from 'zod';
import type { SecretField } from './connector.ts';

export { transportFields } from './transport.ts';

export const Address = z
  .string()
  .trim()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
    message: 'An address begins with http:// or https://.',
  })
  .refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), {
    message: 'Put user name and password into their own fields, not into the address.',
  });

export const lines = (): z.ZodArray<z.ZodString> => z.array(z.string().trim().min(1));

/** Logins of servers that know basic authentication and bearer tokens, or that a proxy guards. */
export const loginFields = {
  login: z.enum(['none', 'basic', 'bearer']).default('none').meta({
    label: 'Login',
    help: 'How the server, or the proxy in front of it, knows you.',
  }),
  user: z
    .string()
    .default('')
    .meta({ label: 'User name', help: '', when: { field: 'login', equals: 'basic' } }),
};

export const loginSecrets: readonly SecretField[] = [
  {
    name: 'password',
    label: 'Password',
    help: 'Kept in the keychain of this computer.',
    when: { field: 'login', equals: 'basic' },
  },
  {
    name: 'token',
    label: 'Token',
    help: 'Kept in the keychain of this computer.',
    when: { field: 'login', equals: 'bearer' },
  },
];

export const basicAuthorization = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;

/** The headers that follow from `loginFields`. */
export function loginHeaders(
  settings: { readonly login: 'none' | 'basic' | 'bearer'; readonly user: string },
  secrets: Readonly<Record<string, string>>,
): Record<string, string> {
  switch (settings.login) {
    case 'none':
      return {};
    case 'basic':
      return { authorization: basicAuthorization(settings.user, secrets['password'] ?? '') };
    case 'bearer':
      return { authorization: `Bearer ${secrets['token'] ?? ''}` };
  }
}
