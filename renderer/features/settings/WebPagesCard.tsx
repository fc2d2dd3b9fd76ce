/** Copies of the pages that alarms link to: whether, from where, and how one logs in there. */
import { useQuery } from '@tanstack/react-query';
import { KeyRound, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { WebSite } from '../../../preload/contract/runbooks.ts';
import type { Settings } from '../../../preload/contract/settings.ts';
import { api } from '../../api/client.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { ChoiceSetting, LinesSetting, SwitchSetting } from './fields.tsx';
import { parseHosts } from './parse.ts';
import { SiteDialog } from './SiteDialog.tsx';
import { saveSettings } from './use-save.ts';
import classes from './settings.module.css';

const hourMs = 3_600_000;
const intervals = [
  { value: '1', label: 'Every hour' },
  { value: '6', label: 'Every 6 hours' },
  { value: '12', label: 'Every 12 hours' },
  { value: '24', label: 'Every day' },
  { value: '168', label: 'Every week' },
] as const;
type Interval = (typeof intervals)[number]['value'];

/** The offered interval that is nearest to the one in the file. */
const intervalOf = (ms: number): Interval =>
  intervals.reduce((best, one) =>
    Math.abs(Number(one.value) - ms / hourMs) < Math.abs(Number(best.value) - ms / hourMs)
      ? one
      : best,
  ).value;

const saveWeb = (
  what: string,
  change: (web: Settings['runbookWeb']) => Partial<Settings['runbookWeb']>,
  done: string,
): Promise<boolean> =>
  saveSettings(
    what,
    ({ runbookWeb }) => ({ runbookWeb: { ...runbookWeb, ...change(runbookWeb) } }),
    done,
  );

export function WebPagesCard({ web }: { readonly web: Settings['runbookWeb'] }) {
  const { data: sites } = useQuery(api.runbooks.webSites.queryOptions({ input: {} }));
  const [login, setLogin] = useState<WebSite | null>(null);
  return (
    <Card title="Web pages">
      <div className={classes.stack}>
        <SwitchSetting
          label="Copy the pages that alarms link to"
          description="Runbooks, documentation and dashboards that an alarm names as such are fetched ahead of need, a few in a minute, without cookies. Free text is not searched for links."
          isOn={web.isOn}
          onSwitch={(isOn) =>
            void saveWeb(
              'Web pages',
              () => ({ isOn }),
              isOn ? 'Copied from now on.' : 'Off: the copies there are stay, and grow old.',
            )
          }
        />
        <ChoiceSetting
          label="Look at them again"
          value={intervalOf(web.refreshEveryMs)}
          choices={intervals}
          onChoose={(hours) =>
            void saveWeb(
              'Web pages',
              () => ({ refreshEveryMs: Number(hours) * hourMs }),
              intervals.find(({ value }) => value === hours)?.label ?? '',
            )
          }
        />
        <LinesSetting
          label="Allowed on private networks"
          description="One host a line. A link in an alarm is not followed into your network by itself, except to hosts where a source is connected."
          name="runbook-hosts"
          saved={web.hosts.join('\n')}
          parse={parseHosts}
          save={(hosts) =>
            saveWeb(
              'Allowed hosts',
              () => ({ hosts: [...hosts] }),
              hosts.length === 0 ? 'None any more.' : `Now ${hosts.length}.`,
            )
          }
        />
        <Sites sites={sites} onLogin={setLogin} />
      </div>
      {login !== null && <SiteDialog site={login} onClose={() => setLogin(null)} />}
    </Card>
  );
}

interface SitesProps {
  readonly sites: readonly WebSite[] | undefined;
  readonly onLogin: (site: WebSite) => void;
}

function Sites({ sites, onLogin }: SitesProps) {
  if (sites === undefined) return null;
  if (sites.length === 0) {
    return <p className={classes.remark}>No alarm has linked to a page yet.</p>;
  }
  return (
    <ul className={classes.own} aria-label="Sites of web pages">
      {sites.map((site) => (
        <li key={site.host}>
          <div>
            <strong>
              <ForeignText text={site.host} isOneLine max={120} />
            </strong>{' '}
            <span className={classes.remark}>
              {site.copiedCount} of {site.pageCount}{' '}
              {site.pageCount === 1 ? 'page copied' : 'pages copied'}
              {site.hasSecret && ', with a login'}
            </span>
            {site.problem !== null && (
              <p className={classes.problem}>
                <ForeignText text={site.problem} max={300} />{' '}
                {site.next !== null && <ForeignText text={site.next} max={300} />}
              </p>
            )}
          </div>
          {site.reason === 'private' ? (
            <Button
              isSmall
              aria-label={`Allow ${site.host}`}
              onClick={() =>
                void saveWeb(
                  'Allowed hosts',
                  ({ hosts }) => ({ hosts: [...new Set([...hosts, site.host])] }),
                  `Pages of ${site.host} are copied now.`,
                )
              }
            >
              <ShieldCheck aria-hidden="true" />
              Allow
            </Button>
          ) : (
            <span />
          )}
          <Button
            isSmall
            kind={site.reason === 'login' ? 'primary' : 'plain'}
            aria-label={`Login for ${site.host}`}
            onClick={() => onLogin(site)}
          >
            <KeyRound aria-hidden="true" />
          </Button>
        </li>
      ))}
    </ul>
  );
}
