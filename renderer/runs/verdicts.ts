/** A person's word on a runbook: it is this alarm's, or it is not. Both can be undone where they were said. */
import type { RunbookMatch } from '../../preload/contract/alarms.ts';
import type { AlarmId } from '../../preload/contract/common.ts';
import type { RunbookVerdict } from '../../preload/contract/runbook-verdicts.ts';
import { client } from '../api/client.ts';
import { toast } from '../app/toasts.tsx';
import { visibleText } from '../ui/visible-text.ts';

const short = (text: string): string => visibleText(text, true).slice(0, 80);

interface Judged {
  readonly alarmId: AlarmId;
  readonly match: Pick<RunbookMatch, 'runbookId' | 'anchor'>;
  readonly verdict: 'bound' | 'hidden';
  readonly isOnlyService?: boolean;
}

export async function judgeRunbook({
  alarmId,
  match,
  verdict,
  isOnlyService = false,
}: Judged): Promise<void> {
  const { id, alarmName, title, path, service } = await client.runbooks.judge({
    alarmId,
    runbookId: match.runbookId,
    anchor: match.anchor,
    verdict,
    isOnlyService,
  });
  const which = `${short(alarmName)}${service === null ? '' : ` of ${short(service)}`}`;
  toast({
    title: verdict === 'bound' ? `Bound to every ${which}` : `Not shown for ${which} any more`,
    text: `${short(title)} (${short(path)})`,
    undo: async () => {
      await client.runbooks.takeBackVerdict({ id });
    },
  });
}

/** "bound to every CheckoutDown of checkout". */
export const verdictWords = ({ verdict, alarmName, service }: RunbookVerdict): string =>
  `${verdict === 'bound' ? 'bound to every' : 'hidden from every'} ${short(alarmName)}${
    service === null ? '' : ` of ${short(service)}`
  }`;
