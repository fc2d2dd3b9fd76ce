/** Settings: each is saved when it is changed, into the readable configuration file. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { Severity } from '../../../preload/contract/common.ts';
import type { Settings } from '../../../preload/contract/settings.ts';
import { api } from '../../api/client.ts';
import { copyText } from '../../api/clipboard.ts';
import { describeError } from '../../api/errors.ts';
import { attempt } from '../../app/attempt.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import { severityWords } from '../../ui/SeverityMark.tsx';
import { AlarmTestCard } from './AlarmTest.tsx';
import { CustomActionsCard } from './CustomActionsCard.tsx';
import {
  ChoiceSetting,
  HoursSetting,
  LinesSetting,
  SwitchSetting,
  TextSetting,
} from './fields.tsx';
import { FoldersCard } from './FoldersCard.tsx';
import {
  defaultsText,
  minutesText,
  parseCount,
  parseDefaults,
  parseMinutes,
  parsePerson,
  repeatText,
} from './parse.ts';
import { RepositoriesCard } from './RepositoriesCard.tsx';
import { routeNames, type Route } from './rules.ts';
import { RulesCard } from './RulesCard.tsx';
import { saveSettings, settingsQuery } from './use-save.ts';
import { WebPagesCard } from './WebPagesCard.tsx';
import { fromZone, toZone, zoneChoices } from './zones.ts';
import classes from './settings.module.css';

export function SettingsScreen() {
  const { data, error, refetch } = useQuery(settingsQuery);
  if (data === undefined) {
    return error === null ? (
      <Loading what="the settings" />
    ) : (
      <Failure
        title="The settings could not be read"
        {...failureOf(error)}
        onRetry={() => void refetch()}
      />
    );
  }
  const { settings, configFile } = data;
  return (
    <Page title="Settings" intro="Each is saved when you change it, and can be undone.">
      <div className={classes.columns}>
        <div className={classes.column}>
          <PersonCard settings={settings} />
          <NightCard settings={settings} />
          <AcknowledgeCard settings={settings} />
          <FoldersCard folders={settings.runbookFolders} />
          <RepositoriesCard />
          <WebPagesCard web={settings.runbookWeb} />
          <CommandsCard settings={settings} />
        </div>
        <div className={classes.column}>
          <WakingCard settings={settings} />
          <AlarmTestCard isSoundOn={settings.isSoundOn} />
          <RulesCard rules={settings.rules} />
          <CustomActionsCard settings={settings} />
          <FilesCard configFile={configFile} />
        </div>
      </div>
    </Page>
  );
}

const failureOf = (error: unknown): { message: string; next: string } => {
  const { message, next } = describeError(error);
  return { message, next };
};

interface CardProps {
  readonly settings: Settings;
}

const themes = [
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
  { value: 'system', label: 'As the system' },
] as const;

function PersonCard({ settings }: CardProps) {
  const { data: info } = useQuery(api.system.info.queryOptions({ input: {} }));
  const { timeZone } = settings;
  const zones = useMemo(
    () => zoneChoices(Intl.supportedValuesOf('timeZone'), timeZone, info?.timeZone ?? ''),
    [timeZone, info?.timeZone],
  );
  return (
    <Card title="You">
      <div className={classes.stack}>
        <TextSetting
          label="Your name"
          description="Acknowledgements, silences and notes carry it; your team sees it in the alarm system."
          name="person"
          saved={settings.person}
          parse={parsePerson}
          save={(person) => saveSettings('Your name', () => ({ person }), `Now ${person}.`)}
        />
        <ChoiceSetting
          label="Theme"
          value={settings.theme}
          choices={themes}
          onChoose={(theme) =>
            void saveSettings(
              'Theme',
              () => ({ theme }),
              themes.find(({ value }) => value === theme)?.label ?? theme,
            )
          }
        />
        <ChoiceSetting
          label="Time zone"
          description="For every clock on the screen, and for the hours below."
          isSearchable
          value={fromZone(timeZone)}
          choices={zones}
          onChoose={(choice) =>
            void saveSettings(
              'Time zone',
              () => ({ timeZone: toZone(choice) }),
              zones.find(({ value }) => value === choice)?.label ?? choice,
            )
          }
        />
      </div>
    </Card>
  );
}

function NightCard({ settings }: CardProps) {
  return (
    <Card title="Night">
      <div className={classes.stack}>
        <HoursSetting
          name="quietHours"
          label="Quiet hours"
          description="Notices are held back then. Pages always come."
          hours={settings.quietHours}
          offText="Off: notices come at any hour."
        />
        <HoursSetting
          name="sleepHours"
          label="Sleep hours"
          description="A paging alarm offers 4 AM mode then, and the review of the week counts the pages of these hours apart."
          hours={settings.sleepHours}
          offText="Off: 4 AM mode is not offered, and no page counts as one of the night."
        />
        <SwitchSetting
          label="4 AM mode by default"
          description="In the sleep hours a paging alarm opens it by itself, once a night, instead of offering it."
          isOn={settings.isFourAmDefault}
          onSwitch={(isFourAmDefault) =>
            void saveSettings(
              '4 AM mode by default',
              () => ({ isFourAmDefault }),
              isFourAmDefault ? 'On.' : 'Off.',
            )
          }
        />
      </div>
    </Card>
  );
}

const severities: readonly Severity[] = ['critical', 'high', 'warning', 'info'];
const routes = (Object.keys(routeNames) as Route[]).map((value) => ({
  value,
  label: routeNames[value],
}));

function WakingCard({ settings }: CardProps) {
  const { classBySeverity, repeatPageEveryMs, repeatPageAtMost } = settings;
  return (
    <Card
      title="What wakes you"
      aside={<Link href="/notifications">Why was I woken, or not?</Link>}
    >
      <div className={classes.stack}>
        <p className={classes.remark}>
          A page may wake you and is repeated. A notice is shown, and waits during the quiet hours.
          None is written down and told to nobody.
        </p>
        <div className={classes.pair}>
          {severities.map((severity) => (
            <ChoiceSetting
              key={severity}
              label={`${severityWords[severity]} alarms`}
              value={classBySeverity[severity]}
              choices={routes}
              onChoose={(route) =>
                void saveSettings(
                  `${severityWords[severity]} alarms`,
                  (now) => ({ classBySeverity: { ...now.classBySeverity, [severity]: route } }),
                  `They get: ${routeNames[route].toLowerCase()}.`,
                )
              }
            />
          ))}
          <TextSetting
            label="Repeat a page every, in minutes"
            name="repeat-every"
            saved={minutesText(repeatPageEveryMs)}
            parse={parseMinutes(0.5, 60)}
            save={(ms) =>
              saveSettings(
                'Repeat a page',
                () => ({ repeatPageEveryMs: ms }),
                `Every ${minutesText(ms)} min.`,
              )
            }
          />
          <TextSetting
            label="At most, times"
            name="repeat-at-most"
            saved={String(repeatPageAtMost)}
            parse={parseCount(100)}
            save={(count) =>
              saveSettings(
                'Repeat a page',
                () => ({ repeatPageAtMost: count }),
                count === 0 ? 'Never.' : `At most ${count} times.`,
              )
            }
          />
        </div>
        <p className={classes.remark}>{repeatText(repeatPageEveryMs, repeatPageAtMost)}</p>
      </div>
    </Card>
  );
}

function AcknowledgeCard({ settings }: CardProps) {
  return (
    <Card title="Acknowledging">
      <TextSetting
        label="Acknowledge for, in minutes"
        description="Where a source acknowledges with a silence, as Alertmanager does, that silence is this long. Nightdesk prolongs it while the alarm fires and is yours."
        name="acknowledge-for"
        saved={minutesText(settings.acknowledgeForMs)}
        parse={parseMinutes(5, 1_440)}
        save={(ms) =>
          saveSettings(
            'Acknowledge for',
            () => ({ acknowledgeForMs: ms }),
            `Now ${minutesText(ms)} min.`,
          )
        }
      />
    </Card>
  );
}

function CommandsCard({ settings }: CardProps) {
  return (
    <Card title="Commands of runbooks" aside={<Link href="/runbooks">Switch running on</Link>}>
      <div className={classes.stack}>
        <LinesSetting
          label="Values for placeholders"
          description="What goes into a command where no label of the alarm says it: a name, an equals sign and a value in each line, like cluster = prod-eu. Each is shown where it was used."
          name="placeholder-defaults"
          saved={defaultsText(settings.placeholderDefaults)}
          parse={parseDefaults}
          save={(placeholderDefaults) =>
            saveSettings(
              'Values for placeholders',
              () => ({ placeholderDefaults }),
              `${Object.keys(placeholderDefaults).length} kept.`,
            )
          }
        />
        <TextSetting
          label="End a command after, in minutes"
          description="A command of a runbook that you run here and that has not ended by then is ended, with everything it started."
          name="command-timeout"
          saved={minutesText(settings.commandTimeoutMs)}
          parse={parseMinutes(0.1, 1_440)}
          save={(ms) =>
            saveSettings(
              'End a command',
              () => ({ commandTimeoutMs: ms }),
              `After ${minutesText(ms)} min.`,
            )
          }
        />
      </div>
    </Card>
  );
}

function FilesCard({ configFile }: { readonly configFile: string }) {
  const { data: info } = useQuery(api.system.info.queryOptions({ input: {} }));
  return (
    <Card title="Files and program">
      <dl className={classes.facts}>
        <dt>Configuration file</dt>
        <dd>
          <PathLine path={configFile} what="the path of the configuration file" />
          <p className={classes.remark}>
            It holds these settings, your sources and views, and no secret: you may edit it, keep it
            in Git and share it with your team.
          </p>
        </dd>
        {info !== undefined && (
          <>
            <dt>Passwords and tokens</dt>
            <dd>
              <ForeignText text={info.powers.keychainText} max={400} />
            </dd>
            <dt>Data folder</dt>
            <dd>
              <PathLine path={info.dataFolder} what="the path of the data folder" />
            </dd>
            <dt>Notifications by</dt>
            <dd>
              <ForeignText text={info.powers.notifier} isOneLine max={120} />
            </dd>
            <dt>Version</dt>
            <dd>
              Nightdesk {info.version},{' '}
              {info.shell === 'electron' ? 'desktop app' : 'in the browser'}
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}

function PathLine({ path, what }: { readonly path: string; readonly what: string }) {
  const copy = async (): Promise<void> => {
    if (await attempt('Copying', () => copyText(path))) toast({ title: 'Copied', text: path });
  };
  return (
    <div className={classes.path}>
      <code>
        <ForeignText text={path} isOneLine max={400} />
      </code>
      <Button isSmall kind="quiet" aria-label={`Copy ${what}`} onClick={() => void copy()}>
        Copy
      </Button>
    </div>
  );
}
