/** What a person configures for a command. The form is drawn from this. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { SecretField } from '../connector.ts';
import { lines } from '../fields.ts';
import { mappingFields, refineMapping } from '../generic-json/rules.ts';

const hasNul = (text: string): boolean => text.includes('\0');
const variable = /^[A-Za-z_][A-Za-z0-9_]*$/;

export const CommandSettings = z
  .object({
    command: z
      .array(z.string().max(10_000))
      .min(1, 'A program.')
      .max(100)
      .refine((argv) => isAbsolute(argv[0] ?? ''), {
        message: 'The first line is the full path of the program, like /usr/local/bin/list-alarms.',
      })
      .refine((argv) => !argv.some(hasNul), { message: 'No argument may have a NUL in it.' })
      .meta({
        label: 'Program and arguments',
        help: 'The full path of the program, then one argument per line, without quotes: no shell reads them. It prints JSON and ends with 0.',
        type: 'lines',
        placeholder: '/usr/local/bin/list-alarms',
      }),
    folder: z
      .string()
      .trim()
      .default('')
      .refine((folder) => folder === '' || (isAbsolute(folder) && !hasNul(folder)), {
        message: 'The full path of a folder.',
      })
      .meta({ label: 'Run it in the folder', help: 'Empty: your home folder.' }),
    environment: lines()
      .max(50)
      .default([])
      .refine(
        (given) =>
          given.every(
            (line) =>
              variable.test(line.split('=', 1)[0] ?? '') && line.includes('=') && !hasNul(line),
          ),
        { message: 'A line reads like NAME=value.' },
      )
      .meta({
        label: 'Environment',
        help: 'One per line, NAME=value, besides PATH, HOME and the like. No passwords: this stands in the configuration file.',
        type: 'lines',
      }),
    isAllowed: z.boolean().default(false).meta({
      label: 'Run this program',
      help: 'Off: nothing is run. Press Test first: it shows exactly what would be run, and the code to allow it on this computer.',
    }),
    passes: z.enum(['nothing', 'token']).default('nothing').meta({
      isAdvanced: true,
      label: 'Secret for the program',
      help: 'A token is handed to it as an environment variable, from the keychain.',
    }),
    tokenVariable: z
      .string()
      .trim()
      .default('NIGHTDESK_TOKEN')
      .refine((name) => variable.test(name), {
        message: 'Letters, digits and _.',
      })
      .meta({
        isAdvanced: true,
        label: 'Variable of the token',
        help: '',
        when: { field: 'passes', equals: 'token' },
      }),
    timeoutSeconds: z.int().min(1).max(40).default(20).meta({
      isAdvanced: true,
      label: 'Time limit in seconds',
      help: 'A program that takes longer is ended, with everything it started.',
    }),
    maxMegabytes: z.int().min(1).max(96).default(10).meta({
      isAdvanced: true,
      label: 'Limit of its output in MB',
      help: 'A program that prints more is ended.',
    }),
    ...mappingFields,
  })
  .superRefine(refineMapping);
export type CommandSettings = z.infer<typeof CommandSettings>;

export const commandSecrets: readonly SecretField[] = [
  {
    name: 'code',
    label: 'Code of the command',
    help: 'Press Test: it shows the command and its code. Kept on this computer, so that a shared configuration file cannot run another program here.',
    when: { field: 'isAllowed', equals: 'true' },
  },
  {
    name: 'token',
    label: 'Token',
    help: 'Kept in the keychain of this computer.',
    when: { field: 'passes', equals: 'token' },
  },
];
