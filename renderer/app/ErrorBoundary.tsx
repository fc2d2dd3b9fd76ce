/** A fault of one screen does not take the frame with it: the desk state stays in sight. */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Failure } from '../ui/Failure.tsx';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** When it changes, the screen is tried again. */
  readonly place: string;
}

interface ErrorBoundaryState {
  readonly error: Error | null;
  readonly place: string;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<ErrorBoundaryState> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps(
    { place }: ErrorBoundaryProps,
    state: ErrorBoundaryState,
  ): Partial<ErrorBoundaryState> | null {
    return place === state.place ? null : { error: null, place };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    // oxlint-disable-next-line no-console -- the window has no other log
    console.error('a screen failed', error, info.componentStack);
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <Failure
        title="This screen failed"
        message={this.state.error.message}
        next="Alarms are still being watched. Try again, or use another screen; this is a fault of Nightdesk."
        onRetry={() => this.setState({ error: null })}
      />
    );
  }
}
