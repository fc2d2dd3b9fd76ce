/** The quieter parts of the detail: earlier episodes, related alarms, labels and history. */
import { ExternalLink, Filter } from 'lucide-react';
import { useState } from 'react';
import type { AlarmDetail, AlarmRow } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { openLink, webAddress } from '../../api/links.ts';
import { runAction } from '../../app/actions/registry.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { SeverityShape, severityWords } from '../../ui/SeverityMark.tsx';
import { Age, Moment } from '../../ui/Time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { historyLines } from './history-lines.ts';
import { statusText } from './row-words.ts';
import classes from './detail.module.css';

const shownRelated = 6;

export function Related({
  rows,
  onShow,
}: {
  readonly rows: readonly AlarmRow[];
  readonly onShow: (id: AlarmId) => void;
}) {
  return (
    <Card title="Related" aside={rows.length > 0 ? `${rows.length} now` : undefined} isFlush>
      {rows.length === 0 && <p className={classes.none}>No other alarm shares its labels.</p>}
      {rows.slice(0, shownRelated).map((row) => (
        <button
          key={row.id}
          type="button"
          className={classes.related}
          onClick={() => onShow(row.id)}
        >
          <SeverityShape severity={row.severity} />
          <span className="visually-hidden">{severityWords[row.severity]}</span>
          <ForeignText text={row.title} isOneLine max={120} />
          <em>
            {statusText({ ...row, ackedBy: null })} <Age since={row.startsAt} />
          </em>
        </button>
      ))}
    </Card>
  );
}

/** As the filter language wants it. */
function filterToken(name: string, value: string): string {
  return /^[^\s"\\]+$/.test(value)
    ? `${name}=${value}`
    : `${name}="${value.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}

const valueMax = 300;
const tokenMax = 500;

export function Labels({
  detail,
  onFilter,
}: {
  readonly detail: AlarmDetail;
  readonly onFilter: (token: string) => void;
}) {
  const labels = Object.entries(detail.labels);
  const annotations = Object.entries(detail.annotations);
  return (
    <Card
      title="Labels"
      aside={<ForeignText text={detail.row.sourceName} isOneLine max={60} />}
      isFlush
    >
      <dl className={classes.pairs}>
        {labels.map(([name, value]) => (
          <Pair key={`l${name}`} name={name} value={value} onFilter={onFilter} />
        ))}
        {annotations.map(([name, value]) => (
          <Pair key={`a${name}`} name={name} value={value} />
        ))}
        <Pair name="identity" value={detail.externalId} />
      </dl>
    </Card>
  );
}

function Pair({
  name,
  value,
  onFilter,
}: {
  readonly name: string;
  readonly value: string;
  readonly onFilter?: (token: string) => void;
}) {
  const url = webAddress(value);
  const shownName = visibleText(name, true).slice(0, 60);
  return (
    <div>
      <dt>
        <ForeignText text={name} isOneLine max={80} />
      </dt>
      <dd>
        <span className={classes.value}>
          <ForeignText text={value} max={valueMax} />
        </span>
        {url !== null && (
          <Button
            kind="quiet"
            isSmall
            aria-label={`Open the link in ${shownName}`}
            onClick={() =>
              runAction({
                id: 'alarm.openLink',
                label: 'Opening the link',
                group: 'Alarm',
                run: async () => {
                  await openLink(url);
                },
              })
            }
          >
            <ExternalLink aria-hidden="true" />
          </Button>
        )}
        {onFilter !== undefined && value.length <= tokenMax && (
          <Button
            kind="quiet"
            isSmall
            aria-label={`Only alarms with this ${shownName}`}
            onClick={() => onFilter(filterToken(name, value))}
          >
            <Filter aria-hidden="true" />
          </Button>
        )}
      </dd>
    </div>
  );
}

const shownLines = 8;

export function History({ detail }: { readonly detail: AlarmDetail }) {
  const [isAll, setIsAll] = useState(false);
  const lines = historyLines(detail.events, detail.decisions);
  const shown = isAll ? lines : lines.slice(0, shownLines);
  return (
    <Card title="History" aside="with every decision to tell you or not" isFlush>
      {lines.length === 0 && <p className={classes.none}>Nothing is kept about it yet.</p>}
      {shown.map((line, index) => (
        <div key={index} className={classes.item} data-kind={line.kind}>
          <Moment at={line.at} hasSeconds />
          <span>
            <ForeignText text={line.text} max={400} />{' '}
            <span className={classes.more}>
              <ForeignText text={line.more} isOneLine max={160} />
            </span>
          </span>
        </div>
      ))}
      {lines.length > shown.length && (
        <div className={classes.none}>
          <Button kind="quiet" isSmall onClick={() => setIsAll(true)}>
            Show all {lines.length}
          </Button>
        </div>
      )}
    </Card>
  );
}
