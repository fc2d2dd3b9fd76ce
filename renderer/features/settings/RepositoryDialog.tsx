/** One Git repository of runbooks: where it is, how one gets in, and a test that keeps nothing. */
import { Modal, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RunbookSource } from '../../../preload/contract/runbooks.ts';
import type { GitRunbooks } from '../../../preload/contract/settings.ts';
import type { TestReport } from '../../../preload/contract/sources.ts';
import { api, client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { DialogButtons, FormStack, Note } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { OutcomeMark } from '../../ui/OutcomeMark.tsx';
import { keptText } from './kept-text.ts';
import { minutesText, parseMinutes } from './parse.ts';
import classes from './settings.module.css';

const parseInterval = parseMinutes(1, 10_080);

const outcomes = { ok: 'ok', warning: 'warning', failed: 'failed', skipped: 'none' } as const;

interface Failure {
  readonly message: string;
  readonly next: string;
}

export interface RepositoryDialogProps {
  /** Null: a new one. */
  readonly source: RunbookSource | null;
  readonly onClose: () => void;
}

export function RepositoryDialog({ source, onClose }: RepositoryDialogProps) {
  const known = source?.git ?? null;
  const [url, setUrl] = useState(known?.url ?? '');
  const [branch, setBranch] = useState(known?.branch ?? '');
  const [subfolder, setSubfolder] = useState(known?.subfolder ?? '');
  const [interval, setInterval] = useState(minutesText(known?.intervalMs ?? 600_000));
  const [user, setUser] = useState(known?.user ?? '');
  const [token, setToken] = useState('');
  const [isTokenGone, setIsTokenGone] = useState(false);
  const [busy, setBusy] = useState<'testing' | 'saving' | null>(null);
  const [report, setReport] = useState<TestReport | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { data: info } = useQuery(api.system.info.queryOptions({ input: {} }));
  const minutes = parseInterval(interval);

  const wanted = (): { source: GitRunbooks; token?: string } | null =>
    minutes.problem !== null || url.trim() === ''
      ? null
      : {
          source: {
            kind: 'git',
            url: url.trim(),
            branch: branch.trim(),
            subfolder: subfolder.trim(),
            user: user.trim(),
            intervalMs: minutes.value,
          },
          ...(token !== '' ? { token: token.trim() } : isTokenGone ? { token: '' } : {}),
        };

  const work = async (what: 'testing' | 'saving', act: () => Promise<void>): Promise<void> => {
    if (busy !== null) return;
    setBusy(what);
    setFailure(null);
    try {
      await act();
    } catch (error) {
      setFailure(describeError(error));
    } finally {
      setBusy(null);
    }
  };

  const test = (): Promise<void> =>
    work('testing', async () => {
      const draft = wanted();
      if (draft !== null) setReport(await client.runbooks.testGit(draft));
    });

  const save = (): Promise<void> =>
    work('saving', async () => {
      const draft = wanted();
      if (draft === null) return;
      const { isTokenKept } = await client.runbooks.saveGit({
        ...draft,
        ...(source === null ? {} : { replaces: source.folder }),
      });
      toast({
        title: source === null ? 'Repository added' : 'Repository changed',
        text:
          isTokenKept === false
            ? 'It is being copied. The token is kept for this run only.'
            : 'It is being copied.',
      });
      onClose();
    });

  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={source === null ? 'New repository of runbooks' : 'Change repository'}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <FormStack>
          <TextInput
            label="Address"
            description="https, ssh, or a folder of this computer. No password in it."
            placeholder="https://github.com/acme/runbooks.git"
            data-autofocus
            autoComplete="off"
            spellCheck={false}
            required
            value={url}
            maxLength={2_000}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <div className={classes.pair}>
            <TextInput
              label="Branch"
              description="Empty: the repository's own."
              placeholder="main"
              autoComplete="off"
              spellCheck={false}
              value={branch}
              maxLength={250}
              onChange={(event) => setBranch(event.currentTarget.value)}
            />
            <TextInput
              label="Subfolder"
              description="Empty: all of it."
              placeholder="docs/runbooks"
              autoComplete="off"
              spellCheck={false}
              value={subfolder}
              maxLength={1_000}
              onChange={(event) => setSubfolder(event.currentTarget.value)}
            />
          </div>
          <div className={classes.pair}>
            <TextInput
              label="User name"
              description="With the token. Most servers take any."
              autoComplete="off"
              spellCheck={false}
              value={user}
              maxLength={300}
              onChange={(event) => setUser(event.currentTarget.value)}
            />
            <PasswordInput
              label="Token"
              description={
                known?.hasToken === true
                  ? 'One is kept. Empty: it stays.'
                  : `${keptText(info)} Empty: your git logs in.`
              }
              autoComplete="new-password"
              spellCheck={false}
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
            />
          </div>
          {known?.hasToken === true && (
            <label className={classes.remark}>
              <input
                type="checkbox"
                checked={isTokenGone}
                onChange={(event) => setIsTokenGone(event.currentTarget.checked)}
              />{' '}
              Remove the kept token
            </label>
          )}
          <TextInput
            label="Pull every (minutes)"
            inputMode="decimal"
            value={interval}
            error={minutes.problem}
            onChange={(event) => setInterval(event.currentTarget.value)}
          />
          <div role="status" aria-live="polite">
            {busy === 'testing' && <OutcomeMark outcome="waiting">Testing…</OutcomeMark>}
            {busy !== 'testing' && report !== null && (
              <ul className={classes.folders} aria-label="Test">
                {report.steps.map((step, index) => (
                  <li key={index}>
                    <OutcomeMark outcome={outcomes[step.outcome]}>
                      <ForeignText text={step.text} max={300} />
                    </OutcomeMark>
                    {step.next !== null && (
                      <span className={classes.remark}>
                        <ForeignText text={step.next} max={300} />
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            )}
            {failure !== null && (
              <Note tone="warning">
                {failure.message} {failure.next}
              </Note>
            )}
          </div>
        </FormStack>
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button disabled={busy !== null || wanted() === null} onClick={() => void test()}>
            Test
          </Button>
          <Button kind="primary" isSubmit disabled={busy !== null || wanted() === null}>
            {source === null ? 'Add repository' : 'Change repository'}
          </Button>
        </DialogButtons>
      </form>
    </Modal>
  );
}
