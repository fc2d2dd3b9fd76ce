/** A field for a moment, by the clock on the person's wall. */
import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTimeZone } from './clock.ts';
import { zoneText } from './time-text.ts';
import { instantOfWallTime } from './zoned-time.ts';

export interface DateTimeFieldProps {
  readonly label: string;
  readonly description?: ReactNode;
  /** As the field shows it: `wallTime(…)`, or empty. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function DateTimeField({ label, description, value, onChange }: DateTimeFieldProps) {
  const zone = useTimeZone();
  const isWrong = value !== '' && instantOfWallTime(value, zone) === null;
  return (
    <TextInput
      type="datetime-local"
      label={`${label} (${zoneText(zone)})`}
      description={description}
      value={value}
      error={isWrong ? 'This is no date with a time.' : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
