/** How one logs in at a site whose pages are copied. The secret goes to the keychain and is never shown again. */
import { Modal, PasswordInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { WebSite } from '../../../preload/contract/runbooks.ts';
import type { RunbookSite } from '../../../preload/contract/settings.ts';
import { api, client } from '../../api/client.ts';
import { attempt } from '../../app/attempt.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { DialogButtons, FormStack } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { keptText } from './kept-text.ts';

const ways: readonly { readonly value: RunbookSite['login']; readonly label: string }[] = [
  { value: 'bearer', label: 'A token (GitHub, GitLab, Confluence on an own server)' },
  { value: 'basic', label: 'A user name with a token or password (Confluence in the cloud)' },
  { value: 'header', label: 'A header of its own' },
  { value: 'cookie', label: 'The cookie of a browser' },
];

const secretLabels: Readonly<Record<RunbookSite['login'], string>> = {
  bearer: 'Token',
  basic: 'Token or password',
  header: 'Value of the header',
  cookie: 'Cookie',
};

export interface SiteDialogProps {
  readonly site: WebSite;
  readonly onClose: () => void;
}

export function SiteDialog({ site, onClose }: SiteDialogProps) {
  const { host } = site;
  const [login, setLogin] = useState<RunbookSite['login']>(
    site.login?.login ?? (host.endsWith('.atlassian.net') ? 'basic' : 'bearer'),
  );
  const [user, setUser] = useState(site.login?.user ?? '');
  const [header, setHeader] = useState(site.login?.header ?? '');
  const [secret, setSecret] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const { data: info } = useQuery(api.system.info.queryOptions({ input: {} }));
  const isWhole =
    (secret !== '' || site.hasSecret) &&
    (login !== 'basic' || user.trim() !== '') &&
    (login !== 'header' || /^[A-Za-z0-9-]+$/.test(header.trim()));

  const work = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    setIsBusy(true);
    const isDone = await attempt(what, act);
    setIsBusy(false);
    if (isDone) onClose();
  };
  const save = (): Promise<void> =>
    work('Saving the login', async () => {
      const { isSecretKept } = await client.runbooks.saveSite({
        site: { host, login, user: user.trim(), header: header.trim() },
        ...(secret === '' ? {} : { secret: secret.trim() }),
      });
      toast({
        title: `Login for ${host}`,
        text:
          isSecretKept === false
            ? 'Kept for this run only. Its pages are asked for again.'
            : 'Its pages are asked for again.',
      });
    });
  return (
    <Modal opened onClose={onClose} title={<ForeignText text={`Login for ${host}`} isOneLine />}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole && !isBusy) void save();
        }}
      >
        <FormStack>
          <Select
            label="With"
            data={ways}
            value={login}
            onChange={(next) => {
              if (next !== null) setLogin(next);
            }}
          />
          {login === 'basic' && (
            <TextInput
              label="User name"
              description="For Confluence in the cloud: your e-mail address."
              autoComplete="off"
              value={user}
              maxLength={300}
              onChange={(event) => setUser(event.currentTarget.value)}
            />
          )}
          {login === 'header' && (
            <TextInput
              label="Name of the header"
              placeholder="PRIVATE-TOKEN"
              autoComplete="off"
              spellCheck={false}
              value={header}
              maxLength={100}
              onChange={(event) => setHeader(event.currentTarget.value)}
            />
          )}
          <PasswordInput
            label={secretLabels[login]}
            description={
              site.hasSecret
                ? 'One is kept. Empty: it stays.'
                : `It should only be allowed to read. ${keptText(info)} Sent to this host over https only.`
            }
            autoComplete="new-password"
            spellCheck={false}
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
          />
        </FormStack>
        <DialogButtons>
          {site.login !== null && (
            <Button
              isDangerous
              disabled={isBusy}
              onClick={() =>
                void work('Removing the login', () => client.runbooks.removeSite({ host }))
              }
            >
              Remove login
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" isSubmit disabled={isBusy || !isWhole}>
            Save login
          </Button>
        </DialogButtons>
      </form>
    </Modal>
  );
}
