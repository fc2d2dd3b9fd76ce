/** Sources that need no typing: from a team's file, or from what other tools on this computer watch. */
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Detection, Proposal, TeamFile } from '../../../preload/contract/sources.ts';
import { api, client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { navigate } from '../../app/hash-location.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Note } from '../../ui/Dialog.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { writePlace } from './place.ts';
import { propose } from './proposed.ts';
import classes from './setup.module.css';

interface Found {
  readonly proposals: readonly Proposal[];
  /** What was read, and what could not be. */
  readonly lines: readonly string[];
}

const outcomeWords: Readonly<Record<Detection['looked'][number]['outcome'], string>> = {
  found: 'found',
  nothing: 'nothing that Nightdesk can read',
  absent: 'not there',
  unreadable: 'could not be read',
};

const ofDetection = ({ looked, proposals }: Detection): Found => ({
  proposals,
  lines: looked.map(
    ({ tool, path, outcome, text }) =>
      `${tool}, ${path}: ${outcomeWords[outcome]}${text === null ? '' : ` (${text})`}`,
  ),
});

const ofTeamFile = ({ proposals, problems }: TeamFile): Found => ({ proposals, lines: problems });

export function SetupCard() {
  const [found, setFound] = useState<Found | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const { data: places = [] } = useQuery(api.sources.detectionPlaces.queryOptions({ input: {} }));

  const look = async (work: () => Promise<Found>): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      setFound(await work());
    } catch (error) {
      const { message, next } = describeError(error);
      setFailure(`${message} ${next}`);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Card title="Already set up somewhere?">
      <p className={classes.intro}>
        Nightdesk can begin with what other tools on this computer watch, or with a file of your
        team. Nothing is connected before you have seen and saved it, and passwords are never read.
      </p>
      <div className={classes.buttons}>
        <Button
          disabled={isBusy}
          onClick={() => void look(async () => ofDetection(await client.sources.detect({})))}
        >
          Look for other tools
        </Button>
        <Button disabled={isBusy} onClick={() => file.current?.click()}>
          Read a team file…
        </Button>
        <input
          ref={file}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label="Team file"
          onChange={(event) => {
            const [chosen] = event.currentTarget.files ?? [];
            event.currentTarget.value = '';
            if (chosen === undefined) return;
            void look(async () =>
              ofTeamFile(
                await client.sources.readTeamFile({
                  text: (await chosen.text()).slice(0, 2_000_000),
                  name: chosen.name,
                }),
              ),
            );
          }}
        />
      </div>
      <details className={classes.places}>
        <summary>Which files it would read</summary>
        <ul>
          {places.map(({ tool, path }) => (
            <li key={path}>
              {tool}: <code>{path}</code>
            </li>
          ))}
        </ul>
      </details>
      <div role="status">
        {failure !== null && <Note tone="critical">{visibleText(failure)}</Note>}
        {found !== null && <FoundList found={found} />}
      </div>
    </Card>
  );
}

function FoundList({ found }: { readonly found: Found }) {
  const { proposals, lines } = found;
  return (
    <>
      {proposals.length === 0 && <p>Nothing was found that could be connected.</p>}
      <ul className={classes.found}>
        {proposals.map((proposal, index) => (
          // The list never changes its order: it is replaced as a whole.
          <li key={index}>
            <ProposalLine proposal={proposal} />
          </li>
        ))}
      </ul>
      {lines.length > 0 && (
        <ul className={classes.lines}>
          {lines.map((line) => (
            <li key={line}>{visibleText(line)}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function ProposalLine({ proposal }: { readonly proposal: Proposal }) {
  const { name, kindTitle, foundIn, toEnter, remarks, isConnected, problem } = proposal;
  const words = [
    ...(isConnected ? ['Connected already.'] : []),
    ...(problem === null ? [] : [problem]),
    ...(toEnter.length === 0 ? [] : [`To enter: ${toEnter.join(', ')}.`]),
    ...remarks,
  ];
  const isKnown = kindTitle !== proposal.kind;
  return (
    <>
      <div>
        <b>{visibleText(name)}</b> <span className={classes.muted}>{visibleText(kindTitle)}</span>
        <div className={classes.muted}>{visibleText([...words, `From ${foundIn}.`].join(' '))}</div>
      </div>
      {isKnown && (
        <Button
          isSmall
          aria-label={`Connect ${visibleText(name)}`}
          onClick={() => {
            propose(proposal);
            navigate(writePlace({ at: 'connect', kind: proposal.kind }));
            if (problem !== null) toast({ title: 'Look it over', text: problem });
          }}
        >
          Connect…
        </Button>
      )}
    </>
  );
}
