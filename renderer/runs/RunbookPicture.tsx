/** A picture of a runbook, from the copy of it. The network is never asked. */
import { useQuery } from '@tanstack/react-query';
import type { RunbookId } from '../../preload/contract/common.ts';
import { api } from '../api/client.ts';
import { visibleText } from '../ui/visible-text.ts';
import classes from './runbook-text.module.css';

export interface RunbookPictureProps {
  readonly id: RunbookId;
  /** As the runbook writes it. */
  readonly address: string;
  readonly words: string;
}

const longest = 4_000;

export function RunbookPicture({ id, address, words }: RunbookPictureProps) {
  const isAsked = address.length <= longest;
  const { data, error } = useQuery(
    api.runbooks.asset.queryOptions({ input: { id, path: address }, enabled: isAsked }),
  );
  const name = visibleText(words || (address.split(/[?#]/)[0]?.split('/').at(-1) ?? ''), true);
  const isPicture = /^data:image\/(png|jpeg|gif|webp|svg\+xml);base64,/.test(data?.dataUrl ?? '');
  if (data !== undefined && data.dataUrl !== null && isPicture) {
    return <img className={classes.picture} src={data.dataUrl} alt={name} />;
  }
  const why = error === null ? data?.problem : 'It could not be read.';
  return (
    <span className={classes.noPicture} title={visibleText(address, true).slice(0, 300)}>
      [picture: {name}
      {isAsked && data === undefined && error === null
        ? ''
        : `. ${why ?? 'It is not in the copy.'}`}
      ]
    </span>
  );
}
