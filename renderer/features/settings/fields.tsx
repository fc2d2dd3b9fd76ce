/** The kinds of fields that settings have. Each saves by itself. */
import { Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Hours } from '../../../preload/contract/settings.ts';
import { hoursText, parseTimeOfDay } from './parse.ts';
import { useField, type FieldOptions } from './use-field.ts';
import { saveSettings } from './use-save.ts';
import classes from './settings.module.css';

interface Labelled {
  readonly label: string;
  readonly description?: ReactNode;
}

type Typed<Value> = Labelled & FieldOptions<Value>;

export function TextSetting<Value>({ label, description, ...options }: Typed<Value>) {
  const field = useField(options);
  return (
    <TextInput
      label={label}
      description={description}
      autoComplete="off"
      spellCheck={false}
      {...field}
    />
  );
}

export function LinesSetting<Value>({ label, description, ...options }: Typed<Value>) {
  const field = useField({ ...options, hasLines: true });
  return (
    <Textarea
      label={label}
      description={description}
      autoComplete="off"
      spellCheck={false}
      maxRows={10}
      {...field}
    />
  );
}

export interface ChoiceSettingProps<Value extends string> extends Labelled {
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly isSearchable?: boolean;
  readonly onChoose: (value: Value) => void;
}

export function ChoiceSetting<Value extends string>(props: ChoiceSettingProps<Value>) {
  const { label, description, value, choices, isSearchable = false } = props;
  return (
    <Select
      label={label}
      description={description}
      data={choices}
      value={value}
      searchable={isSearchable}
      limit={100}
      maxDropdownHeight={280}
      nothingFoundMessage="Nothing has that in its name"
      onChange={(next) => {
        if (next !== null && next !== value) props.onChoose(next);
      }}
    />
  );
}

export interface SwitchSettingProps extends Labelled {
  readonly isOn: boolean;
  readonly onSwitch: (isOn: boolean) => void;
}

export function SwitchSetting({ label, description, isOn, onSwitch }: SwitchSettingProps) {
  return (
    <Switch
      label={label}
      description={description}
      checked={isOn}
      onChange={(event) => onSwitch(event.currentTarget.checked)}
    />
  );
}

export interface HoursSettingProps extends Labelled {
  readonly name: 'quietHours' | 'sleepHours';
  readonly label: 'Quiet hours' | 'Sleep hours';
  readonly hours: Hours | null;
  readonly offText: string;
}

const usualHours: Hours = { from: '22:00', to: '08:00' };

export function HoursSetting({ name, label, description, hours, offText }: HoursSettingProps) {
  /** So that switching off and on again gives the same hours. */
  const [last, setLast] = useState(hours ?? usualHours);
  const turn = (isOn: boolean): void => {
    if (hours !== null) setLast(hours);
    void saveSettings(
      label,
      () => ({ [name]: isOn ? last : null }),
      isOn ? `On, ${last.from} to ${last.to}.` : 'Switched off.',
    );
  };
  const saveEnd = (end: Partial<Hours>): Promise<boolean> =>
    saveSettings(
      label,
      (now) => ({ [name]: { ...(now[name] ?? last), ...end } }),
      Object.entries(end)
        .map(([which, time]) => `Now ${which} ${time}.`)
        .join(' '),
    );
  return (
    <fieldset className={classes.group}>
      <legend className="visually-hidden">{label}</legend>
      <SwitchSetting
        label={label}
        description={description}
        isOn={hours !== null}
        onSwitch={turn}
      />
      {hours === null ? (
        <p className={classes.remark}>{offText}</p>
      ) : (
        <>
          <div className={classes.pair}>
            <TextSetting
              label={`${label} from`}
              name={`${name}.from`}
              saved={hours.from}
              parse={parseTimeOfDay}
              save={(from) => saveEnd({ from })}
            />
            <TextSetting
              label={`${label} to`}
              name={`${name}.to`}
              saved={hours.to}
              parse={parseTimeOfDay}
              save={(to) => saveEnd({ to })}
            />
          </div>
          <p className={classes.remark}>
            {hoursText(hours) ?? 'From and to are the same, so this is never. Change one of them.'}
          </p>
        </>
      )}
    </fieldset>
  );
}
