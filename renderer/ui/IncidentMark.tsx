/** The severity that people gave an incident: a word and a shape, so that it reads without colour. */
import type { IncidentSeverity } from '../../preload/contract/incidents.ts';
import { Pill, type Tone } from './Badge.tsx';
import { incidentSeverityWords } from './incident-words.ts';

const tones: Readonly<Record<IncidentSeverity, Tone>> = {
  critical: 'critical',
  major: 'critical',
  minor: 'warning',
  unknown: 'plain',
};

export function IncidentMark({ severity }: { readonly severity: IncidentSeverity }) {
  return (
    <Pill tone={tones[severity]}>
      <Shape severity={severity} />
      {incidentSeverityWords[severity]}
    </Pill>
  );
}

function Shape({ severity }: { readonly severity: IncidentSeverity }) {
  return (
    <svg viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
      <ShapePath severity={severity} />
    </svg>
  );
}

function ShapePath({ severity }: { readonly severity: IncidentSeverity }) {
  switch (severity) {
    case 'critical':
      return (
        <path
          d="M6 0l6 6-6 6-6-6zM6 3.4v3.2M6 8v.8"
          fill="currentColor"
          stroke="var(--critical-bg)"
        />
      );
    case 'major':
      return <path d="M6 .5L11.5 6 6 11.5.5 6z" fill="currentColor" />;
    case 'minor':
      return <circle cx="6" cy="6" r="5" fill="currentColor" />;
    case 'unknown':
      return (
        <circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" strokeDasharray="2.2 1.6" />
      );
  }
}
