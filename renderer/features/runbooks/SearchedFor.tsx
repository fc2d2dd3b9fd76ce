/** How a search was understood: its filters, to take away one by one, and the words that were meant. */
import { X } from 'lucide-react';
import type { RunbookFilter, RunbookSearch } from '../../../preload/contract/runbooks.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import classes from './runbooks.module.css';

export interface SearchedForProps {
  readonly filters: readonly RunbookFilter[];
  readonly corrected: RunbookSearch['corrected'];
  readonly onRemove: (filter: RunbookFilter) => void;
}

const mostWords = 3;

export function SearchedFor({ filters, corrected, onRemove }: SearchedForProps) {
  return (
    <div className={classes.searchedFor}>
      {filters.map((filter, index) => (
        <button
          key={`${index} ${filter.text}`}
          type="button"
          className={classes.filter}
          data-open={!filter.isUnderstood || undefined}
          aria-label={`Take away the filter ${visibleText(filter.words, true)}`}
          onClick={() => onRemove(filter)}
        >
          <ForeignText text={filter.words} isOneLine max={60} />
          <X aria-hidden="true" />
        </button>
      ))}
      {filters.length === 0 && (
        <span className={classes.filterHelp}>
          Narrow it with <code>source:wiki</code>, <code>service:checkout</code>,{' '}
          <code>age&gt;90d</code>
        </span>
      )}
      {corrected.map(({ typed, found }) => (
        <span key={typed} className={classes.corrected} role="status">
          <ForeignText text={typed} isOneLine max={40} /> is nowhere; looked for{' '}
          <b>{found.slice(0, mostWords).join(', ')}</b>
        </span>
      ))}
    </div>
  );
}
