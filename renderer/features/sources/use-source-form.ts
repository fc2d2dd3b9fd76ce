/** The state of a form: what is typed (kept over a reload, but never a secret), what is wrong, test and save. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { Source, SourceKind, TestReport } from '../../../preload/contract/sources.ts';
import { api, client } from '../../api/client.ts';
import { describeError, type FailureWords } from '../../api/errors.ts';
import type { Action } from '../../app/actions/action.ts';
import { navigate } from '../../app/hash-location.ts';
import { toast } from '../../app/toasts.tsx';
import { readDraft, writeDraft } from '../../ui/draft.ts';
import { writePlace } from './place.ts';
import { proposalFor, propose } from './proposed.ts';
import { nameText } from './source-actions.ts';
import {
  draftBefore,
  draftOf,
  formOf,
  formProblems,
  intervalField,
  isNameTaken,
  isSameForm,
  keptForm,
  nameField,
  placeOfProblem,
  type FormProblems,
  type SecretChanges,
  type SourceForm,
} from './source-form.ts';

export interface Tested {
  readonly report: TestReport;
  /** What was tested, to tell when it has been changed since. */
  readonly of: string;
}

export interface SourceFormState {
  readonly form: SourceForm;
  readonly secrets: SecretChanges;
  readonly problems: FormProblems;
  /** Of the whole form. */
  readonly failure: Pick<FailureWords, 'message' | 'next'> | null;
  readonly wasKept: boolean;
  readonly isDirty: boolean;
  readonly busy: 'testing' | 'saving' | null;
  readonly startedAt: number;
  readonly tested: Tested | null;
  /** The report is from before the last change. */
  readonly isTestOld: boolean;
  readonly setName: (name: string) => void;
  readonly setInterval: (interval: string) => void;
  readonly setValue: (name: string, value: string | boolean) => void;
  /** Undefined: as it was. */
  readonly setSecret: (name: string, value: string | undefined) => void;
  readonly discard: () => void;
  readonly test: Action;
  readonly save: Action;
  readonly leave: Action;
}

const backToList = (): void => navigate(writePlace({ at: 'list' }));

const without = <Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));

export function useSourceForm(kind: SourceKind, source: Source | null): SourceFormState {
  const key = source === null ? `source.new.${kind.kind}` : `source.${source.id}`;
  // As it was when the form opened: an edit of the file meanwhile must not swap fields under the person's hands.
  const [beginning] = useState(() => formOf(kind, source ?? proposalFor(kind.kind)));
  const [kept] = useState(() => keptForm(readDraft(key), beginning));
  const [form, setForm] = useState(kept ?? beginning);
  const [secrets, setSecrets] = useState<SecretChanges>({});
  const [refusal, setRefusal] = useState<FormProblems>({});
  const [hasTried, setHasTried] = useState(false);
  const [failure, setFailure] = useState<SourceFormState['failure']>(null);
  const [busy, setBusy] = useState<SourceFormState['busy']>(null);
  const [startedAt, setStartedAt] = useState(0);
  const [tested, setTested] = useState<Tested | null>(null);

  const isDirty = !isSameForm(form, beginning) || Object.keys(secrets).length > 0;
  const { data: others = [] } = useQuery(api.sources.list.queryOptions({ input: {} }));
  const own = useMemo(
    () => ({
      ...(isNameTaken(form.name, source?.id ?? null, others)
        ? { [nameField]: 'Another source has this name. Give this one its own.' }
        : {}),
      ...formProblems(kind, form, secrets, source),
    }),
    [kind, form, secrets, source, others],
  );
  const problems = { ...(hasTried ? own : {}), ...refusal };
  const draft = draftOf(kind, form, secrets, source);
  const now = JSON.stringify(draft);

  useEffect(() => {
    writeDraft(key, isSameForm(form, beginning) ? null : JSON.stringify(form));
  }, [key, form, beginning]);

  const change = (next: SourceForm, field: string): void => {
    setForm(next);
    setRefusal((before) => without(before, field));
    setFailure(null);
  };

  /** False: something is wrong, and the first such field has the focus. */
  const isReady = (): boolean => {
    setHasTried(true);
    setRefusal({});
    setFailure(null);
    if (Object.keys(own).length === 0) return true;
    focusField(firstWrong(kind, own));
    return false;
  };

  const refused = (error: unknown): void => {
    const { code, message, next } = describeError(error);
    const place =
      code === 'input.invalid' ? placeOfProblem(kind, message) : { field: null, text: '' };
    if (place.field === null) setFailure({ message, next });
    else {
      setRefusal({ [place.field]: place.text });
      focusField(place.field);
    }
  };

  const attempt = async (what: 'testing' | 'saving', work: () => Promise<void>): Promise<void> => {
    if (busy !== null || !isReady()) return;
    setBusy(what);
    setStartedAt(Date.now());
    try {
      await work();
    } catch (error) {
      refused(error);
    } finally {
      setBusy(null);
    }
  };

  return {
    form,
    secrets,
    problems,
    failure,
    wasKept: kept !== null && !isSameForm(kept, beginning),
    isDirty,
    busy,
    startedAt,
    tested,
    isTestOld: tested !== null && tested.of !== now,
    setName: (name) => change({ ...form, name }, nameField),
    setInterval: (interval) => change({ ...form, interval }, intervalField),
    setValue: (name, value) => change({ ...form, values: { ...form.values, [name]: value } }, name),
    setSecret: (name, value) => {
      setSecrets((before) => {
        const others = without(before, name);
        return value === undefined ? others : { ...others, [name]: value };
      });
      change(form, name);
    },
    discard: () => {
      setForm(beginning);
      setSecrets({});
      setRefusal({});
      setHasTried(false);
      setFailure(null);
    },
    test: {
      id: 'source.test',
      label: 'Test',
      group: 'Source',
      keys: ['$mod+Shift+Enter'],
      isEverywhere: true,
      when: () => busy === null,
      run: () =>
        attempt('testing', async () => {
          setTested({ report: await client.sources.test(draft), of: now });
        }),
    },
    save: {
      id: 'source.save',
      label: source === null ? 'Save and poll' : 'Save',
      group: 'Source',
      keys: ['$mod+Enter'],
      isEverywhere: true,
      when: () => busy === null,
      run: () =>
        attempt('saving', async () => {
          const saved = await client.sources.save(draft);
          writeDraft(key, null);
          propose(null);
          tellSaved(saved, source, Object.keys(secrets).length > 0);
          backToList();
        }),
    },
    leave: {
      id: 'source.leave',
      label: 'Back to the sources',
      group: 'Source',
      keys: ['Escape'],
      run: backToList,
    },
  };
}

function tellSaved(saved: Source, before: Source | null, hasNewSecret: boolean): void {
  const title = `${nameText(saved)} ${before === null ? 'is connected' : 'was saved'}`;
  const text = saved.isEnabled ? 'It is being polled now.' : 'It is paused.';
  if (before === null || hasNewSecret) toast({ title, text });
  else {
    toast({
      title,
      text,
      undo: async () => {
        await client.sources.save(draftBefore(before));
      },
    });
  }
}

export const fieldId = (name: string): string => `source-field-${name}`;

function focusField(name: string): void {
  // After the render that shows what is wrong with it.
  window.setTimeout(() =>
    document.querySelector<HTMLElement>(`#${CSS.escape(fieldId(name))}`)?.focus(),
  );
}

function firstWrong(kind: SourceKind, problems: FormProblems): string {
  const inOrder = [nameField, ...kind.fields.map(({ name }) => name), intervalField];
  return inOrder.find((name) => Object.hasOwn(problems, name)) ?? nameField;
}
