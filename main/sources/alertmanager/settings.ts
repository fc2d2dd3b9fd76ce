/** What a person configures for an Alertmanager. The form is drawn from this. */
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { SecretField } from '../connector.ts';

const Address = z
  .string()
  .trim()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
    message: 'An address begins with http:// or https://.',
  })
  .refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), {
    message: 'Put user name and password into their own fields, not into the address.',
  });

/** Node takes a text without a certificate in silence, and then trusts nothing more than before. */
function isReadablePem(lines: readonly string[]): boolean {
  if (lines.every((line) => line.trim() === '')) return true;
  try {
    return new X509Certificate(lines.join('\n')).subject !== '';
  } catch {
    return false;
  }
}

const lines = (): z.ZodArray<z.ZodString> => z.array(z.string().trim().min(1));

export const AlertmanagerSettings = z.object({
  urls: z.array(Address).min(1, 'At least one address.').max(20).meta({
    label: 'Addresses',
    help: 'One per line, with the path in front of /api/v2 if there is one. Several members of one cluster are one source.',
    type: 'urls',
    placeholder: 'https://alertmanager.example.org:9093',
  }),
  login: z.enum(['none', 'basic', 'bearer']).default('none').meta({
    label: 'Login',
    help: 'How Alertmanager, or the proxy in front of it, knows you.',
  }),
  user: z
    .string()
    .default('')
    .meta({ label: 'User name', help: '', when: { field: 'login', equals: 'basic' } }),
  tenant: z.string().default('').meta({
    label: 'Tenant',
    help: 'Sent as X-Scope-OrgID. Only for Mimir and Cortex with several tenants.',
  }),
  heartbeats: lines()
    .default(['Watchdog', 'DeadMansSwitch', 'DeadMansSnitch', 'AlwaysFiring', 'Heartbeat'])
    .meta({
      label: 'Heartbeat alarms',
      help: 'Names of alarms that always fire. They are kept out of the list; once seen, their absence makes this source blind, because Prometheus behind it is silent.',
      type: 'lines',
    }),
  isHeartbeatRequired: z.boolean().default(false).meta({
    label: 'A heartbeat is required',
    help: 'Without one this source counts as blind, also when none was ever seen.',
  }),
  hidden: lines().default(['InfoInhibitor']).meta({
    label: 'Helper alarms',
    help: 'Names of alarms that exist only to hold back others. They are kept out of the list.',
    type: 'lines',
  }),
  serviceLabels: lines().default(['service', 'job', 'namespace', 'cluster']).meta({
    label: 'Labels that name the service',
    help: 'The first that an alarm has is its service.',
    type: 'lines',
  }),
  ca: z
    .array(z.string())
    .default([])
    .refine(isReadablePem, {
      message: 'Paste the whole PEM text, from -----BEGIN CERTIFICATE----- to its end.',
    })
    .meta({
      label: 'Certificate of your authority',
      help: 'PEM text, for servers with a certificate of a private authority. Trusted besides those of this computer.',
      type: 'lines',
      placeholder: '-----BEGIN CERTIFICATE-----',
    }),
  serverName: z.string().default('').meta({
    label: 'TLS server name',
    help: 'Only when the certificate names another host than the address.',
  }),
});
export type AlertmanagerSettings = z.infer<typeof AlertmanagerSettings>;

export const alertmanagerSecrets: readonly SecretField[] = [
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
