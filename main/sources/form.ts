/** Draws the form of a kind from the schema of its settings. Pure. */
import { z } from 'zod';
import {
  FormField,
  SettingsValue,
  type SourceKind,
  type SourceSettings,
} from '../../preload/contract/sources.ts';
import { AppError } from '../errors.ts';
import type { ConnectorKind, SecretField } from './connector.ts';
import { transportSecrets } from './transport.ts';

/** What a schema may say about its field beyond its shape. */
const FieldMeta = z.object({
  label: z.string().optional(),
  help: z.string().default(''),
  type: FormField.shape.type.optional(),
  placeholder: z.string().optional(),
  when: FormField.shape.when,
  isAdvanced: FormField.shape.isAdvanced,
});

function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodPrefault
  ) {
    inner = inner.unwrap() as z.ZodType;
  }
  return inner;
}

function typeOf(schema: z.ZodType): FormField['type'] {
  if (schema instanceof z.ZodEnum) return 'choice';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodArray) return 'lines';
  return 'text';
}

function fieldOf(name: string, schema: z.ZodType): FormField {
  const { label, help, type, placeholder, when, isAdvanced } = FieldMeta.parse(schema.meta() ?? {});
  const inner = unwrap(schema);
  const preset = schema.safeParse(undefined);
  const value = SettingsValue.safeParse(preset.success ? preset.data : undefined);
  return {
    name,
    label: label ?? name,
    help,
    type: type ?? typeOf(inner),
    isRequired: !preset.success,
    ...(inner instanceof z.ZodEnum ? { choices: inner.options.map(String) } : {}),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(value.success ? { default: value.data } : {}),
    ...(when === undefined ? {} : { when }),
    ...(isAdvanced === undefined ? {} : { isAdvanced }),
  };
}

const secretField = ({
  name,
  label,
  help,
  when,
  isRequired = true,
  isAdvanced,
}: SecretField): FormField => ({
  name,
  label,
  help,
  type: 'secret',
  isRequired,
  ...(when === undefined ? {} : { when: { ...when } }),
  ...(isAdvanced === undefined ? {} : { isAdvanced }),
});

/** Those of the kind, and those that its connection may need. */
export const secretsOf = (kind: ConnectorKind): readonly SecretField[] =>
  'trust' in kind.settings.shape ? [...kind.secrets, ...transportSecrets] : kind.secrets;

const schemasOf = (kind: ConnectorKind): [string, z.ZodType][] =>
  Object.entries(kind.settings.shape) as [string, z.ZodType][];

/** A secret stands right after the field on which it depends. */
export function fieldsOf(kind: ConnectorKind): FormField[] {
  const fields = schemasOf(kind).map(([name, schema]) => fieldOf(name, schema));
  for (const secret of secretsOf(kind).toReversed()) {
    const field = secretField(secret);
    const { when } = secret;
    const last =
      when === undefined
        ? -1
        : fields.findLastIndex(
            (other) =>
              other.type !== 'secret' &&
              (other.name === when.field ||
                (other.when?.field === when.field && other.when.equals === when.equals)),
          );
    fields.splice(last === -1 ? fields.length : last + 1, 0, field);
  }
  return fields;
}

export const formOf = (kind: ConnectorKind): SourceKind => ({
  kind: kind.kind,
  title: kind.title,
  description: kind.description,
  fields: fieldsOf(kind),
});

/** Only what the kind knows: a password that someone wrote among the settings stays out of everything. */
export function knownSettings(kind: ConnectorKind, settings: SourceSettings): SourceSettings {
  const names = new Set(Object.keys(kind.settings.shape));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => names.has(name)));
}

const withoutLogin = (text: string): string =>
  text.replace(/^(\s*[a-z][a-z0-9+.-]*:\/\/)[^/?#\\]*@/i, '$1');

/** User and password that somebody wrote into an address stay behind, however wrong the address is. */
export const withoutLogins = (settings: SourceSettings): SourceSettings =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]): [string, SettingsValue] => {
      if (typeof value === 'string') return [name, withoutLogin(value)];
      return [name, Array.isArray(value) ? value.map(withoutLogin) : value];
    }),
  );

type SettingsValue = z.infer<typeof SettingsValue>;

/** Settings with their defaults filled in; null when they are no valid ones. */
export function completeSettings(
  kind: ConnectorKind,
  settings: SourceSettings,
): SourceSettings | null {
  const parsed = kind.settings.safeParse(settings);
  return parsed.success ? (parsed.data as SourceSettings) : null;
}

/** What is wrong with the settings, in the words of the form; null when nothing is. */
export function settingsProblem(kind: ConnectorKind, settings: SourceSettings): string | null {
  const parsed = kind.settings.safeParse(settings);
  if (parsed.success) return null;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  const field = fieldsOf(kind).find((other) => other.name === name);
  const what = issue?.message.replace(/^Invalid input: /, '') ?? 'not understood';
  return field === undefined ? what : `${field.label}: ${what}`;
}

/** The secrets that these settings call for. */
export function neededSecrets(
  kind: ConnectorKind,
  settings: SourceSettings,
): readonly SecretField[] {
  const complete = completeSettings(kind, settings) ?? settings;
  return secretsOf(kind).filter(
    ({ when }) => when === undefined || String(complete[when.field]) === when.equals,
  );
}

export const invalidInput = (message: string): AppError =>
  new AppError('input.invalid', message, { next: 'Correct it and try again.' });
