/** What can be done with a source that exists, with its undo. */
import type { Source } from '../../../preload/contract/sources.ts';
import { client } from '../../api/client.ts';
import { toast } from '../../app/toasts.tsx';
import { clipText, visibleText } from '../../ui/visible-text.ts';

export const nameText = ({ name }: Pick<Source, 'name'>): string =>
  clipText(visibleText(name, true), 60).text;

export async function setEnabled(source: Source, isEnabled: boolean): Promise<void> {
  await client.sources.setEnabled({ id: source.id, isEnabled });
  toast({
    title: isEnabled ? `${nameText(source)} is polled again` : `${nameText(source)} is paused`,
    text: isEnabled
      ? 'It counts for the desk from now on.'
      : 'It is not polled, and the desk does not count it as blind.',
    undo: async () => {
      await client.sources.setEnabled({ id: source.id, isEnabled: !isEnabled });
    },
  });
}

export async function removeSource(source: Source): Promise<void> {
  await client.sources.remove({ id: source.id });
  toast({
    title: `${nameText(source)} was removed`,
    text: 'Its alarms and their history are gone.',
  });
}
