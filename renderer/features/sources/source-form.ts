/** The form of a source: what is typed, what of it is shown, what is wrong with it, and what is sent. Pure. */
import type { SourceId } from '../../../preload/contract/common.ts';
import type {
  FormField,
  Source,
  SourceDraft,
  SourceKind,
  SourceSettings,
} from '../../../preload/contract/sources.ts';

/** As typed: lists are lines, numbers are text, so that nothing half written is lost. Never a secret. */
export interface SourceForm {
  readonly name: string;
  /** In seconds. */
  readonly interval: string;
  readonly values: Readonly<Record<string, string | boolean>>;
}

/** Only what was changed; an empty text removes one. Lives as long as the form is on the screen. */
export type SecretChanges = Readonly<Record<string, string>>;

/** By the name of the field; `name` and `interval` for the two that every source has. */
export type FormProblems = Readonly<Record<string, string>>;

export const nameField = '$name';
export const intervalField = '$interval';

type Value = SourceSettings[string];

const asTyped = (field: FormField, value: Value | undefined): string | boolean => {
  if (field.type === 'boolean') return value === true;
  if (value === undefined) return field.type === 'choice' ? (field.choices?.[0] ?? '') : '';
  return Array.isArray(value) ? value.join('\n') : String(value);
};

const openFields = (kind: SourceKind): readonly FormField[] =>
  kind.fields.filter(({ type }) => type !== 'secret');

export function formOf(
  kind: SourceKind,
  source: Pick<Source, 'name' | 'intervalMs' | 'settings'> | null,
): SourceForm {
  return {
    name: source?.name ?? kind.title,
    interval: String((source?.intervalMs ?? 15_000) / 1_000),
    values: Object.fromEntries(
      openFields(kind).map((field) => [
        field.name,
        asTyped(field, source?.settings[field.name] ?? field.default),
      ]),
    ),
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A form kept from before a reload, laid over what it began with; null when there is none that can be used. */
export function keptForm(text: string | null, beginning: SourceForm): SourceForm | null {
  if (text === null) return null;
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(kept) || !isRecord(kept['values'])) return null;
  const { values } = kept;
  const typed = Object.entries(beginning.values).map(([name, value]) => {
    const found = Object.hasOwn(values, name) ? values[name] : undefined;
    return [name, typeof found === typeof value ? (found as string | boolean) : value] as const;
  });
  return {
    name: typeof kept['name'] === 'string' ? kept['name'] : beginning.name,
    interval: typeof kept['interval'] === 'string' ? kept['interval'] : beginning.interval,
    values: Object.fromEntries(typed),
  };
}

export const isSameForm = (a: SourceForm, b: SourceForm): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** Some fields make sense only with a certain value of another one. */
export const isShown = (field: FormField, values: SourceForm['values']): boolean =>
  field.when === undefined || String(values[field.when.field]) === field.when.equals;

export const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

const numberOf = (text: string): number | null => {
  const plain = text.trim().replace(',', '.');
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
};

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text.trim())) return false;
  const { protocol, username, password } = new URL(text.trim());
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

function addressProblem(addresses: readonly string[]): string | null {
  const wrong = addresses.find((address) => !isWebAddress(address));
  if (wrong === undefined) return null;
  const shown = wrong.length > 60 ? `${wrong.slice(0, 60)}…` : wrong;
  return `"${shown}" is no web address. Write it like https://host:9093, without a user name in it.`;
}

/** What this form can tell by itself; the core looks again, and closer. */
function fieldProblem(field: FormField, typed: string | boolean | undefined): string | null {
  if (typeof typed !== 'string') return null;
  const isEmpty = typed.trim() === '';
  if (isEmpty) return field.isRequired ? 'This is needed.' : null;
  switch (field.type) {
    case 'number':
      return numberOf(typed) === null ? 'This is no number.' : null;
    case 'url':
      return addressProblem([typed]);
    case 'urls':
      return addressProblem(linesOf(typed));
    case 'text':
    case 'lines':
    case 'choice':
    case 'boolean':
    case 'secret':
      return null;
  }
}

const hasSecret = (source: Source | null, name: string): boolean =>
  source?.secrets.some((secret) => secret.name === name && secret.isSet) === true;

export function formProblems(
  kind: SourceKind,
  form: SourceForm,
  secrets: SecretChanges,
  source: Source | null,
): FormProblems {
  const problems: Record<string, string> = {};
  if (form.name.trim() === '') problems[nameField] = 'Give it a name that the list can show.';
  else if (form.name.trim().length > 200) problems[nameField] = 'At most 200 characters.';
  const seconds = numberOf(form.interval);
  if (seconds === null || seconds < 5 || seconds > 3_600) {
    problems[intervalField] = 'A number of seconds from 5 to 3600.';
  }
  for (const field of kind.fields) {
    if (!isShown(field, form.values)) continue;
    if (field.type === 'secret') {
      const change = secrets[field.name];
      const isThere = change === undefined ? hasSecret(source, field.name) : change !== '';
      if (field.isRequired && !isThere) problems[field.name] = 'Enter it.';
      continue;
    }
    const problem = fieldProblem(field, form.values[field.name]);
    if (problem !== null) problems[field.name] = problem;
  }
  return problems;
}

function asValue(field: FormField, typed: string | boolean): Value | undefined {
  if (typeof typed === 'boolean') return typed;
  switch (field.type) {
    case 'number':
      return numberOf(typed) ?? undefined;
    case 'urls':
    case 'lines':
      return linesOf(typed);
    case 'text':
    case 'url':
    case 'choice':
    case 'boolean':
    case 'secret':
      return typed.trim();
  }
}

/** What stands in the file: nothing that is a default, unless it stood there before, so that the file stays short. */
function settingsOf(kind: SourceKind, form: SourceForm, before: SourceSettings): SourceSettings {
  const settings: SourceSettings = {};
  for (const field of openFields(kind)) {
    if (!isShown(field, form.values)) continue;
    const typed = form.values[field.name];
    const value = typed === undefined ? undefined : asValue(field, typed);
    if (value === undefined) continue;
    const isDefault = JSON.stringify(value) === JSON.stringify(field.default);
    const isAbsent = value === '' && field.default === undefined;
    if ((isDefault || isAbsent) && !Object.hasOwn(before, field.name)) continue;
    settings[field.name] = value;
  }
  return settings;
}

export function draftOf(
  kind: SourceKind,
  form: SourceForm,
  secrets: SecretChanges,
  source: Source | null,
): SourceDraft {
  const shown = new Set(
    kind.fields.filter((field) => isShown(field, form.values)).map(({ name }) => name),
  );
  return {
    ...(source === null ? {} : { id: source.id }),
    kind: kind.kind,
    name: form.name.trim(),
    intervalMs: Math.round((numberOf(form.interval) ?? 15) * 1_000),
    settings: settingsOf(kind, form, source?.settings ?? {}),
    // A password typed before the login was changed to something else is not wanted any more.
    secrets: Object.fromEntries(
      Object.entries(secrets).filter(([name, value]) => value === '' || shown.has(name)),
    ),
  };
}

/** The source as it was, to take an edit back. Secrets cannot be: nobody here knows the old ones. */
export const draftBefore = (source: Source): SourceDraft & { id: SourceId } => ({
  id: source.id,
  kind: source.kind,
  name: source.name,
  intervalMs: source.intervalMs,
  settings: source.settings,
  secrets: {},
});

/** Two of one name cannot be told apart in the list, in triage and in the bar. */
export const isNameTaken = (
  name: string,
  id: string | null,
  sources: readonly Pick<Source, 'id' | 'name'>[],
): boolean =>
  sources.some(
    (other) => other.id !== id && other.name.trim().toLowerCase() === name.trim().toLowerCase(),
  );

/** To which field the core's words belong: it begins them with the field's label. Null: to the whole form. */
export function placeOfProblem(
  kind: SourceKind,
  message: string,
): { readonly field: string | null; readonly text: string } {
  const field = kind.fields.find(({ label }) => message.startsWith(`${label}: `));
  return field === undefined
    ? { field: null, text: message }
    : { field: field.name, text: message.slice(field.label.length + 2) };
}
