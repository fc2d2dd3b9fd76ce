/** A condition that several sources see: what each says, why it is the same, and the way to undo that. */
import type { AlarmDetail, AlarmOrigin } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { client } from '../../api/client.ts';
import { runAction } from '../../app/actions/registry.ts';
import { toast } from '../../app/toasts.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { SeverityShape, severityWords } from '../../ui/SeverityMark.tsx';
import { Age } from '../../ui/Time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { originStatus } from './origin-words.ts';
import { acknowledge } from './use-triage-actions.ts';
import classes from './origins-card.module.css';

export function OriginsCard({ detail }: { readonly detail: AlarmDetail }) {
  const { origins } = detail.row;
  if (origins.length === 0) return null;
  return (
    <Card title={`Seen by ${origins.length} sources`} aside="as one condition" isFlush>
      {origins.map((origin) => (
        <Origin key={origin.alarmId} origin={origin} />
      ))}
    </Card>
  );
}

/** Undone by joining them again, which is also found in the list: mark both. */
async function separate(id: AlarmId, name: string): Promise<void> {
  const { ids } = await client.alarms.separate({ id });
  toast({
    title: `Set apart from what ${name} sees`,
    text: 'It stays apart in later episodes, too.',
    undo: async () => {
      await client.alarms.join({ ids: [id, ...ids] });
    },
  });
}

function Origin({ origin }: { readonly origin: AlarmOrigin }) {
  const name = visibleText(origin.sourceName, true);
  return (
    <div className={classes.origin}>
      <p className={classes.line}>
        <SeverityShape severity={origin.severity} />
        <span className="visually-hidden">{severityWords[origin.severity]}</span>
        <strong>
          <ForeignText text={origin.sourceName} isOneLine max={80} />
        </strong>
        <span>
          <ForeignText text={originStatus(origin)} isOneLine max={120} />{' '}
          <Age since={origin.statusSince} />
        </span>
        {origin.freshness !== 'live' && <Badge tone="blind">cannot look</Badge>}
        <span className={classes.buttons}>
          {origin.status === 'firing' && (
            <Button
              kind="quiet"
              isSmall
              aria-label={`Acknowledge only at ${name}`}
              onClick={() =>
                runAction({
                  id: 'alarm.acknowledgeHere',
                  label: 'Acknowledging',
                  group: 'Alarm',
                  run: () => acknowledge([origin.alarmId], { isOnlyThese: true }),
                })
              }
            >
              Acknowledge only here
            </Button>
          )}
          {origin.rule !== null && (
            <Button
              kind="quiet"
              isSmall
              aria-label={`Set apart what ${name} sees`}
              onClick={() =>
                runAction({
                  id: 'alarm.separate',
                  label: 'Setting apart',
                  group: 'Alarm',
                  run: () => separate(origin.alarmId, name),
                })
              }
            >
              Set apart
            </Button>
          )}
        </span>
      </p>
      {origin.rule !== null && (
        <p className={classes.reason}>
          <ForeignText text={origin.title} isOneLine max={120} />. {/* Why it is here at all. */}
          <ForeignText text={origin.reason} max={400} />.
        </p>
      )}
    </div>
  );
}
