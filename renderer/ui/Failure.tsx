import { CircleAlert } from 'lucide-react';
import { Button } from './Button.tsx';
import { EmptyState } from './EmptyState.tsx';

export interface FailureProps {
  /** "The incidents could not be read". */
  readonly title: string;
  readonly message: string;
  readonly next: string;
  readonly onRetry?: () => void;
}

/** A part of a screen that could not be filled: what failed and what to do. Never looks like "nothing there". */
export function Failure({ title, message, next, onRetry }: FailureProps) {
  return (
    <EmptyState
      tone="critical"
      icon={<CircleAlert />}
      title={title}
      actions={onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    >
      <p>{message}</p>
      <p>{next}</p>
    </EmptyState>
  );
}
