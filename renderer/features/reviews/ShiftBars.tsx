/** A bar for each shift, with its number, and the line that it should stay below. Reads without colour. */
import type { ShiftChart } from './review-view.ts';
import classes from './shift-bars.module.css';

const heightPx = 120;

export function ShiftBars({ chart, bar }: { readonly chart: ShiftChart; readonly bar: number }) {
  return (
    <div className={classes.chart}>
      <div
        className={classes.limit}
        aria-hidden="true"
        style={{ bottom: 36 + Math.round(chart.line * heightPx) }}
      >
        <span>bar: {bar}</span>
      </div>
      <ol className={classes.bars}>
        {chart.bars.map((shift) => (
          <li
            key={shift.key}
            data-over={shift.isOverBar || undefined}
            data-running={shift.isRunning || undefined}
            data-first={shift.day !== '' || undefined}
            title={shift.text}
          >
            <span className="visually-hidden">{shift.text}</span>
            <span className={classes.drawn} aria-hidden="true">
              <span className={classes.count}>
                {shift.isOverBar && '▲ '}
                {shift.pages}
              </span>
              <span
                className={classes.bar}
                style={{ height: Math.max(2, Math.round(shift.height * heightPx)) }}
              />
              <span className={classes.hour}>
                {shift.hour}
                {shift.isRunning && ' …'}
              </span>
              <span className={classes.day}>{shift.day}</span>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
