/** How well a source can be seen, as a word and a shape. Each has its own, and only live is ever green. */
import { sightWords, type Sight } from './sight.ts';
import classes from './sources.module.css';

export function SightMark({ sight }: { readonly sight: Sight }) {
  return (
    <span className={classes.sight} data-sight={sight}>
      <svg viewBox="0 0 14 14" aria-hidden="true">
        <SightPath sight={sight} />
      </svg>
      {sightWords[sight]}
    </span>
  );
}

const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.7 } as const;

function SightPath({ sight }: { readonly sight: Sight }) {
  switch (sight) {
    case 'live':
      return <circle cx="7" cy="7" r="5.5" fill="currentColor" />;
    case 'starting':
      return <circle cx="7" cy="7" r="5.2" {...line} strokeDasharray="2.6 2" />;
    case 'stale':
      // A clock.
      return (
        <>
          <circle cx="7" cy="7" r="5.6" {...line} />
          <path d="M7 3.8V7l2.3 1.6" {...line} />
        </>
      );
    case 'unreachable':
      // A line with a gap.
      return <path d="M.5 7h4M9.5 7h4M4.5 4v6M9.5 4v6" {...line} />;
    case 'unauthorized':
      // A lock.
      return (
        <>
          <rect x="2" y="6.2" width="10" height="7" rx="1.2" fill="currentColor" />
          <path d="M4.3 6.2V4.3a2.7 2.7 0 0 1 5.4 0v1.9" {...line} />
        </>
      );
    case 'misconfigured':
      // A square with a question that nobody can answer for it.
      return (
        <>
          <rect x="1.3" y="1.3" width="11.4" height="11.4" rx="1.5" {...line} />
          <path d="M4.4 4.4l5.2 5.2M9.6 4.4L4.4 9.6" {...line} />
        </>
      );
    case 'stopped':
      return (
        <>
          <path d="M4.3.8h5.4l3.5 3.5v5.4l-3.5 3.5H4.3L.8 9.7V4.3z" fill="currentColor" />
          <path d="M4 7h6" stroke="var(--panel)" strokeWidth="2" />
        </>
      );
    case 'paused':
      return <path d="M4.5 2.5v9M9.5 2.5v9" {...line} strokeWidth="2" />;
    case 'removed':
      return <path d="M2 7h10" {...line} strokeDasharray="2.6 2" />;
  }
}
