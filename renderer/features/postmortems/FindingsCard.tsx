import { CircleCheck, CornerDownRight } from 'lucide-react';
import type { IncidentId } from '../../../preload/contract/common.ts';
import type { Postmortem } from '../../../preload/contract/postmortems.ts';
import { navigate } from '../../app/hash-location.ts';
import { Card } from '../../ui/Card.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { placeOfFinding } from './parts.ts';
import classes from './postmortem.module.css';

export interface FindingsCardProps {
  readonly findings: Postmortem['findings'];
  readonly incidentId: IncidentId;
}

/** What a reader would trip over; a press leads there. */
export function FindingsCard({ findings, incidentId }: FindingsCardProps) {
  if (findings.length === 0) {
    return (
      <Card title="Findings" aside="none">
        <p className={classes.clean}>
          <CircleCheck aria-hidden="true" /> Every time, owner and answer is there, without blame.
        </p>
      </Card>
    );
  }
  const go = (where: string): void => {
    // The times are the incident's, and are corrected there.
    if (where === 'Times') navigate(`/incidents/${incidentId}`);
    else showPlace(placeOfFinding(where));
  };
  return (
    <Card title="Findings" aside={findings.length} isFlush>
      <ul className={classes.findings}>
        {findings.map(({ where, message }, index) => (
          <li key={index}>
            <button type="button" onClick={() => go(where)}>
              <CornerDownRight aria-hidden="true" />
              <span>
                <b>{where}</b> <ForeignText text={message} max={300} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Scrolls there, and puts the cursor where one writes. */
function showPlace(id: string): void {
  const place = document.querySelector<HTMLElement>(`#${id}`);
  place?.scrollIntoView({ block: 'start' });
  place
    ?.querySelector<HTMLElement>('textarea, input, [role="treeitem"][tabindex="0"], button')
    ?.focus({ preventScroll: true });
}
