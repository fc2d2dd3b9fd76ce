import type { IncidentTimes } from '../../../preload/contract/incidents.ts';
import { useNow, useTimeZone } from '../../ui/clock.ts';
import { timeCells, type TimeCell } from './time-cells.ts';
import classes from './incident.module.css';

/** The six times of an incident, from the beginning of the impact to the day it was understood. */
export function TimeStrip({
  times,
  onChangeImpact,
}: {
  readonly times: Readonly<IncidentTimes>;
  readonly onChangeImpact: () => void;
}) {
  const cells = timeCells(times, useNow(), useTimeZone());
  return (
    <dl className={classes.strip}>
      {cells.map((cell) => (
        <div key={cell.name} data-reached={cell.isReached || undefined}>
          <dt>{cell.label}</dt>
          <dd>
            {cell.name === 'impactBeganAt' ? (
              <ImpactButton cell={cell} onPress={onChangeImpact} />
            ) : (
              cell.text
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function ImpactButton({
  cell,
  onPress,
}: {
  readonly cell: TimeCell;
  readonly onPress: () => void;
}) {
  return (
    <button
      type="button"
      className={classes.change}
      title="Change when the impact began"
      onClick={onPress}
    >
      {cell.text}
      <span className="visually-hidden">, change</span>
    </button>
  );
}
