/** Text of a runbook: its links lead to the runbooks they mean, its pictures come from the copy. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createContext, useCallback, useContext, useMemo } from 'react';
import type { RunbookLink } from '../../preload/contract/runbook-links.ts';
import { api } from '../api/client.ts';
import { copyText } from '../api/clipboard.ts';
import { openLink } from '../api/links.ts';
import { attempt } from '../app/attempt.ts';
import { navigate } from '../app/hash-location.ts';
import { Markdown, type MarkdownLink } from '../ui/Markdown.tsx';
import { markdownLinks } from '../ui/markdown-sections.ts';
import { RunbookPicture } from './RunbookPicture.tsx';
import { sectionPlace, type RunTarget } from './run-target.ts';

/** Which runbook the steps inside are of; null: none, so that links of theirs lead only out. */
export const RunbookPlace = createContext<RunTarget | null>(null);

const followLink = (url: string): void => void openLink(url);
const copy = async (text: string): Promise<void> => {
  await attempt('Copying', () => copyText(text));
};

export interface RunbookTextProps {
  readonly text: string;
  /** Left out: the runbook of the place around it. */
  readonly target?: RunTarget;
  readonly anchor?: string | null;
  /** The row of a table that is about the alarm. */
  readonly rowName?: string | null;
  /** Blocks of code get a button that copies them. */
  readonly canCopy?: boolean;
}

export function RunbookText(props: RunbookTextProps) {
  const { text, target, anchor = null, rowName = null, canCopy = false } = props;
  const around = useContext(RunbookPlace);
  const here = useSame(target ?? around);
  const links = useMemo(() => markdownLinks(text), [text]);
  const { data } = useQuery(
    api.runbooks.resolveLinks.queryOptions({
      input: { id: here?.runbookId ?? nowhere, links },
      enabled: here !== null && links.length > 0,
      placeholderData: keepPreviousData,
    }),
  );
  const known = useMemo(
    () => new Map(data?.length === links.length ? links.map((link, at) => [link, data[at]]) : []),
    [links, data],
  );
  const linkOf = useCallback(
    (address: string) => (here === null ? null : describe(address, known.get(address), here)),
    [known, here],
  );
  const pictureOf = useCallback(
    (address: string, words: string) =>
      here === null ? null : <RunbookPicture id={here.runbookId} address={address} words={words} />,
    [here],
  );
  const onAnchor = useCallback(
    (wanted: string) => {
      if (here !== null) navigate(sectionPlace(here, wanted));
    },
    [here],
  );
  return (
    <Markdown
      text={text}
      anchor={anchor}
      rowName={rowName}
      onLink={followLink}
      onAnchor={onAnchor}
      linkOf={linkOf}
      {...(here === null ? {} : { pictureOf })}
      {...(canCopy ? { onCopy: copy } : {})}
    />
  );
}

/** Targets are read from the address again and again; the text is drawn again only for another one. */
function useSame(target: RunTarget | null): RunTarget | null {
  const isThere = target !== null;
  const { runbookId = nowhere, anchor = null, alarmId = null, incidentId = null } = target ?? {};
  return useMemo(
    () => (isThere ? { runbookId, anchor, alarmId, incidentId } : null),
    [isThere, runbookId, anchor, alarmId, incidentId],
  );
}

const nowhere = 1 as RunTarget['runbookId'];

/** `undefined`: not asked yet. */
function describe(
  address: string,
  found: RunbookLink | null | undefined,
  here: RunTarget,
): MarkdownLink | null {
  if (found === undefined) return null;
  if (found === null) {
    return /^[a-z][a-z0-9+.-]*:/i.test(address)
      ? null
      : { kind: 'missing', why: 'Not in the library' };
  }
  const to =
    found.runbookId === here.runbookId
      ? here
      : { ...here, runbookId: found.runbookId, anchor: null };
  return {
    kind: 'inside',
    href: `#${sectionPlace(to, found.anchor)}`,
    title: found.isSectionFound ? found.title : `${found.title}; it has no such section`,
    isVague: !found.isSectionFound,
  };
}
