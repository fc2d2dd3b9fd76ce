/** Rules that decide before the severity does. The first that matches counts. */
import { Select, TextInput } from '@mantine/core';
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Settings } from '../../../preload/contract/settings.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { parseQuery, shortQuery } from './parse-query.ts';
import {
  changeRule,
  mostRules,
  moveRule,
  removeRule,
  routeNames,
  rowsOf,
  type Route,
  type Row,
} from './rules.ts';
import { useField } from './use-field.ts';
import { saveSettings } from './use-save.ts';
import classes from './settings.module.css';

const routeChoices = Object.entries(routeNames).map(([value, label]) => ({ value, label }));

/** Which row is which, while rules move and change. */
function useRows(rules: Settings['rules']): readonly Row[] {
  const [state, setState] = useState(() => ({ rules, rows: rowsOf([], rules) }));
  if (state.rules === rules) return state.rows;
  const rows = rowsOf(state.rows, rules);
  setState({ rules, rows });
  return rows;
}

export function RulesCard({ rules }: { readonly rules: Settings['rules'] }) {
  const rows = useRows(rules);
  return (
    <Card
      title="Rules"
      aside={rules.length === 0 ? undefined : `${rules.length}, the first that matches decides`}
    >
      <div className={classes.stack}>
        <p className={classes.remark}>
          A rule is a filter as in triage and what its alarms get, whatever their severity is: page,
          notice, or none, which is written down and told to nobody.
        </p>
        {rules.length === 0 ? (
          <p>No rules: the severity decides alone.</p>
        ) : (
          <ol className={classes.rules} aria-label="Rules">
            {rules.map((rule, index) => (
              <RuleRow
                key={rows[index]?.id ?? index}
                rule={rule}
                index={index}
                count={rules.length}
              />
            ))}
          </ol>
        )}
        {rules.length < mostRules ? (
          <NewRule />
        ) : (
          <p className={classes.remark}>There are {mostRules} rules, and no more fit in.</p>
        )}
      </div>
    </Card>
  );
}

interface RuleRowProps {
  readonly rule: Settings['rules'][number];
  readonly index: number;
  readonly count: number;
}

function RuleRow({ rule, index, count }: RuleRowProps) {
  const number = index + 1;
  const what = `Rule ${number}`;
  const field = useField({
    name: `rule.${rule.query}`,
    saved: rule.query,
    parse: parseQuery,
    save: (query) =>
      saveSettings(
        what,
        (now) => ({ rules: changeRule(now.rules, rule, index, { query }) }),
        `Now ${shortQuery(query)}.`,
      ),
  });
  const move = (by: -1 | 1): void =>
    void saveSettings(
      'Rule moved',
      (now) => ({ rules: moveRule(now.rules, rule, index, by) }),
      `${shortQuery(rule.query)} is rule ${number + by} now.`,
    );
  return (
    <li className={classes.rule}>
      <span className={classes.number} aria-hidden="true">
        {number}
      </span>
      <TextInput
        className={classes.query}
        aria-label={`${what}: filter`}
        autoComplete="off"
        spellCheck={false}
        {...field}
      />
      <Select
        className={classes.route}
        aria-label={`${what}: its alarms get`}
        data={routeChoices}
        value={rule.class}
        onChange={(next) => {
          if (next === null) return;
          const route = next as Route;
          void saveSettings(
            what,
            (now) => ({ rules: changeRule(now.rules, rule, index, { class: route }) }),
            `Its alarms get: ${routeNames[route].toLowerCase()}.`,
          );
        }}
      />
      <Button
        isSmall
        aria-label={`Move rule ${number} up`}
        disabled={index === 0}
        onClick={() => move(-1)}
      >
        <ArrowUp aria-hidden="true" />
      </Button>
      <Button
        isSmall
        aria-label={`Move rule ${number} down`}
        disabled={number === count}
        onClick={() => move(1)}
      >
        <ArrowDown aria-hidden="true" />
      </Button>
      <Button
        isSmall
        aria-label={`Remove rule ${number}`}
        onClick={() =>
          void saveSettings(
            'Rule removed',
            (now) => ({ rules: removeRule(now.rules, rule, index) }),
            shortQuery(rule.query),
          )
        }
      >
        <Trash2 aria-hidden="true" />
      </Button>
    </li>
  );
}

function NewRule() {
  const [route, setRoute] = useState<Route>('notice');
  const { onBlur: add, ...field } = useField({
    name: 'new-rule',
    saved: '',
    parse: parseQuery,
    save: (query) =>
      saveSettings(
        'Rule added',
        (now) => ({ rules: [...now.rules, { query, class: route }] }),
        `${shortQuery(query)} gets: ${routeNames[route].toLowerCase()}.`,
      ),
  });
  return (
    <div className={classes.newRule} role="group" aria-label="New rule">
      <TextInput
        className={classes.query}
        label="New rule: filter"
        placeholder="service=checkout severity=warning"
        autoComplete="off"
        spellCheck={false}
        {...field}
      />
      <Select
        className={classes.route}
        label="Its alarms get"
        data={routeChoices}
        value={route}
        onChange={(next) => setRoute((next ?? 'notice') as Route)}
      />
      <Button disabled={field.value.trim() === ''} onClick={add}>
        Add rule
      </Button>
    </div>
  );
}
