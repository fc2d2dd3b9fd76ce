/** One source: how well it can be seen, its numbers, what is wrong with it and what to do. */
import { Ellipsis } from 'lucide-react';
import { Menu } from '@mantine/core';
import { Link } from 'wouter';
import type { Source } from '../../../preload/contract/sources.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { keyText } from '../../app/actions/keys.ts';
import { runAction } from '../../app/actions/registry.ts';
import { listLine } from '../../app/actions/use-list-keys.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { useNow } from '../../ui/clock.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { OutcomeMark } from '../../ui/OutcomeMark.tsx';
import { writePlace } from './place.ts';
import { isBlind, sightOf } from './sight.ts';
import { SightMark } from './SightMark.tsx';
import { nameText } from './source-actions.ts';
import { sourceFacts } from './source-facts.ts';
import type { SourceActions } from './use-sources.ts';
import classes from './sources.module.css';

export interface SourceLineProps {
  readonly source: Source;
  readonly actions: SourceActions;
  readonly isCurrent: boolean;
  readonly isPolling: boolean;
  readonly onCurrent: () => void;
}

export function SourceLine({ source, actions, isCurrent, isPolling, onCurrent }: SourceLineProps) {
  const sight = sightOf(source);
  return (
    // The line does nothing by itself: it notes which source the keys mean.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className={classes.source}
      data-sight={sight}
      data-blind={isBlind(sight) || undefined}
      data-current={isCurrent || undefined}
      onFocus={onCurrent}
      onPointerDown={onCurrent}
    >
      <div className={classes.line}>
        <SightMark sight={sight} />
        <div className={classes.words}>
          <Name source={source} />
          <Facts source={source} />
        </div>
        <Alarms source={source} />
        <div className={classes.buttons}>
          <ActionButton action={actions.poll} label={isPolling ? 'Polling…' : 'Poll now'} isSmall />
          <ActionButton
            action={actions.pause}
            label={source.isEnabled ? 'Pause' : 'Resume'}
            isSmall
          />
          <ActionButton action={actions.edit} label="Edit" isSmall />
          <More source={source} actions={actions} />
        </div>
      </div>
      <Problem source={source} actions={actions} />
      {source.remarks.map((remark) => (
        <p key={remark} className={classes.remark}>
          <OutcomeMark outcome="warning">Remark</OutcomeMark>
          <span>
            <ForeignText text={remark} max={600} />
          </span>
        </p>
      ))}
    </li>
  );
}

function Name({ source }: { readonly source: Source }) {
  const sight = sightOf(source);
  const words = <ForeignText text={source.name} isOneLine max={120} />;
  return (
    <div className={classes.name}>
      {sight === 'removed' ? (
        <b>{words}</b>
      ) : (
        <Link href={writePlace({ at: 'edit', id: source.id })} {...listLine}>
          {words}
        </Link>
      )}
      <span className={classes.kind}>
        <ForeignText text={source.kindTitle} isOneLine max={80} />
        {source.version !== null && (
          <>
            {' '}
            <ForeignText text={source.version} isOneLine max={40} />
          </>
        )}
      </span>
      {source.settings['trust'] === 'fingerprint' && (
        <Badge
          tone="critical"
          title="Neither authority, name nor date of its certificate is checked, only its fingerprint."
        >
          pinned certificate
        </Badge>
      )}
    </div>
  );
}

function Facts({ source }: { readonly source: Source }) {
  return <div className={classes.facts}>{sourceFacts(source, useNow()).join(' · ')}</div>;
}

function Alarms({ source }: { readonly source: Source }) {
  const { alarmCount } = source;
  const isKnown = sightOf(source) === 'live';
  if (source.lastSuccessAt === null && alarmCount === 0) {
    return <div className={classes.alarms}>{!isKnown && <span>alarms not known</span>}</div>;
  }
  const words = alarmCount === 1 ? '1 alarm' : `${alarmCount.toLocaleString('en-GB')} alarms`;
  return (
    <div className={classes.alarms}>
      <Link href={`/?${new URLSearchParams({ query: `source=${source.id}` }).toString()}`}>
        {words}
      </Link>
      {!isKnown && <span>last known</span>}
    </div>
  );
}

function Problem({
  source,
  actions,
}: {
  readonly source: Source;
  readonly actions: SourceActions;
}) {
  const { problem } = source;
  const sight = sightOf(source);
  // That it is paused stands beside it already, with the way out of it.
  if (problem === null || sight === 'paused') return null;
  const needsLogin = sight === 'stopped' || sight === 'unauthorized';
  return (
    <div className={classes.problem}>
      <div>
        <strong>
          <ForeignText text={problem.message} max={600} />
        </strong>
        <div>
          <ForeignText text={problem.next} max={600} />
        </div>
      </div>
      {needsLogin && <ActionButton action={actions.edit} label="Enter the login" isSmall />}
      {sight === 'misconfigured' && (
        <ActionButton action={actions.edit} label="Correct the settings" isSmall />
      )}
    </div>
  );
}

function More({ source, actions }: { readonly source: Source; readonly actions: SourceActions }) {
  const { remove } = actions;
  const [key] = remove.keys ?? [];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button kind="quiet" isSmall aria-label={`More for ${nameText(source)}`}>
          <Ellipsis />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          color="red"
          rightSection={key === undefined ? null : keyText(key)}
          onClick={() => runAction(remove)}
        >
          Remove…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
