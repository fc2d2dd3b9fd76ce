/** Whether commands of one runbook source, or of one site, may be run on this computer. */
import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, client } from '../api/client.ts';
import { attempt } from '../app/attempt.ts';
import { toast } from '../app/toasts.tsx';
import { webFolderName } from '../../preload/running-switch.ts';
import { ForeignText } from '../ui/ForeignText.tsx';
import { switchOnText } from './running-words.ts';

/** Whoever can make an alarm can bring a page: each site is switched on for itself, where its first command is run. */
export function SiteSwitches() {
  const { data } = useQuery(api.running.sources.queryOptions({ input: {} }));
  const sites = data?.on.filter((name) => name.startsWith(`${webFolderName} of `)) ?? [];
  return (
    <>
      {sites.map((name) => (
        <RunSwitch key={name} folder={name} />
      ))}
      {data !== undefined && sites.length === 0 && (
        <p>
          Running its commands is switched on for each site apart, where a command of it is run.
        </p>
      )}
    </>
  );
}

export function RunSwitch({ folder }: { readonly folder: string }) {
  const { data } = useQuery(api.running.sources.queryOptions({ input: {} }));
  if (data === undefined) return null;
  const turn = async (isOn: boolean): Promise<void> => {
    await client.running.setSource({ folder, isOn });
    toast({
      title: 'Running commands here',
      text: isOn ? 'On: each is shown before it runs.' : 'Off.',
      undo: async () => {
        await client.running.setSource({ folder, isOn: !isOn });
      },
    });
  };
  return (
    <Switch
      label={
        folder.startsWith(`${webFolderName} of `) ? (
          <>
            Run commands of <ForeignText text={folder} isOneLine max={120} />
          </>
        ) : (
          'Run its commands on this computer'
        )
      }
      description={switchOnText}
      checked={data.on.includes(folder)}
      onChange={(event) => {
        const isOn = event.currentTarget.checked;
        void attempt('Switching it', () => turn(isOn));
      }}
    />
  );
}
