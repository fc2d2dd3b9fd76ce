/** Severity as a word and a shape, so that it reads without colour. */
import type { Severity } from '../../preload/contract/common.ts';
import classes from './severity.module.css';

export const severityWords: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  warning: 'Warning',
  info: 'Info',
};

export function SeverityShape({ severity }: { readonly severity: Severity }) {
  return (
    <svg className={classes.shape} data-severity={severity} viewBox="0 0 10 10" aria-hidden="true">
      <ShapePath severity={severity} />
    </svg>
  );
}

function ShapePath({ severity }: { readonly severity: Severity }) {
  switch (severity) {
    case 'critical':
      return <path d="M5 0l5 5-5 5-5-5z" fill="currentColor" />;
    case 'high':
      return <path d="M5 0l5 10H0z" fill="currentColor" />;
    case 'warning':
      return <circle cx="5" cy="5" r="4.6" fill="currentColor" />;
    case 'info':
      return <circle cx="5" cy="5" r="4" fill="none" stroke="currentColor" strokeWidth="1.6" />;
  }
}

export interface SeverityMarkProps {
  readonly severity: Severity;
  /** False: the upstream's word is unknown, and `high` is a cautious guess. */
  readonly isMapped?: boolean;
}

export function SeverityMark({ severity, isMapped = true }: SeverityMarkProps) {
  return (
    <span className={classes.mark} data-severity={severity}>
      <SeverityShape severity={severity} />
      {severityWords[severity]}
      {!isMapped && (
        <span className={classes.unmapped} title="The source's own word is not known here">
          ?<span className="visually-hidden"> unmapped</span>
        </span>
      )}
    </span>
  );
}
