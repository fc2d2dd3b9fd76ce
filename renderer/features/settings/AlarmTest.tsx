/** "Test my alarm": goes the real way, and says what really happened. */
import { useMutation } from '@tanstack/react-query';
import { BellRing } from 'lucide-react';
import type { NotificationClass } from '../../../preload/contract/notifications.ts';
import { client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import type { Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useActions } from '../../app/actions/use-actions.ts';
import { playSound, useSounds } from '../../app/sounds.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Note } from '../../ui/Dialog.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import { SwitchSetting } from './fields.tsx';
import { saveSettings } from './use-save.ts';
import classes from './settings.module.css';

async function test(notificationClass: NotificationClass) {
  const answer = await client.notifications.test({ class: notificationClass });
  return { ...answer, at: Date.now(), notificationClass };
}

export function AlarmTestCard({ isSoundOn }: { readonly isSoundOn: boolean }) {
  const tested = useMutation({ mutationFn: test });
  const make = (notificationClass: NotificationClass): Action => ({
    id: `notification.test-${notificationClass}`,
    label: `Test my alarm: ${notificationClass}`,
    group: 'Settings',
    when: () => !tested.isPending,
    // It shows itself what failed, in place.
    run: () => tested.mutate(notificationClass),
  });
  const page = make('page');
  const notice = make('notice');
  useActions([page, notice]);
  return (
    <Card title="Sound and test">
      <div className={classes.stack}>
        <SwitchSetting
          label="Sounds"
          description="One for pages and a softer one for notices, played by this window."
          isOn={isSoundOn}
          onSwitch={(isOn) =>
            void saveSettings('Sounds', () => ({ isSoundOn: isOn }), isOn ? 'On.' : 'Off.')
          }
        />
        {isSoundOn && <SoundState />}
        <div className={classes.buttons}>
          <BellRing aria-hidden="true" />
          <ActionButton action={page} kind="primary" />
          <ActionButton action={notice} />
        </div>
        <div role="status">
          {tested.isPending && <p className={classes.remark}>Testing…</p>}
          {tested.data !== undefined && (
            <Note tone={tested.data.isDelivered ? 'ok' : 'critical'}>
              <strong>
                {tested.data.isDelivered
                  ? `The ${tested.data.notificationClass} was delivered`
                  : `The ${tested.data.notificationClass} was not delivered`}
              </strong>
              , <Moment at={tested.data.at} hasSeconds />
              <div>
                <ForeignText text={tested.data.message} max={600} />
              </div>
              <div className={classes.remark}>
                Carrier:{' '}
                {tested.data.carrier === null ? (
                  'none'
                ) : (
                  <ForeignText text={tested.data.carrier} isOneLine max={80} />
                )}
              </div>
            </Note>
          )}
          {tested.error !== null && <TestFailure error={tested.error} />}
        </div>
      </div>
    </Card>
  );
}

function TestFailure({ error }: { readonly error: Error }) {
  const { message, next } = describeError(error);
  return (
    <Note tone="critical">
      <strong>The test failed</strong>
      <div>
        <ForeignText text={message} max={600} /> {next}
      </div>
    </Note>
  );
}

function SoundState() {
  const isArmed = useSounds((state) => state.isArmed);
  const problem = useSounds((state) => state.problem);
  if (problem !== null) {
    return <Note tone="warning">{problem} Look at its volume and output, then test.</Note>;
  }
  if (isArmed) return <p className={classes.remark}>Armed: this window may play them.</p>;
  return (
    <Note tone="warning">
      <div className={classes.buttons}>
        <span>Not armed, click once: the browser forbids sound until then.</span>
        <Button isSmall onClick={() => void playSound('notice')}>
          Arm sound
        </Button>
      </div>
    </Note>
  );
}
