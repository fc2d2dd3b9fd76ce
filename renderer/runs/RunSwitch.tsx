/** Whether commands of one runbook source may be run on this computer. */
import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, client } from '../api/client.ts';
import { attempt } from '../app/attempt.ts';
import { toast } from '../app/toasts.tsx';
import { switchOnText } from './running-words.ts';

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
      label="Run its commands on this computer"
      description={switchOnText}
      checked={data.on.includes(folder)}
      onChange={(event) => {
        const isOn = event.currentTarget.checked;
        void attempt('Switching it', () => turn(isOn));
      }}
    />
  );
}
