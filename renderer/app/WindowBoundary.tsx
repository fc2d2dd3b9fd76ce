/** The last wall: a fault of the frame itself must not leave an empty window, which would look quiet. */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Failure } from '../ui/Failure.tsx';

interface WindowBoundaryProps {
  readonly children: ReactNode;
}

interface WindowBoundaryState {
  readonly error: Error | null;
}

export class WindowBoundary extends Component<WindowBoundaryProps, WindowBoundaryState> {
  override state: WindowBoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): WindowBoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    document.title = '? Nightdesk: this window failed';
    // oxlint-disable-next-line no-console -- the window has no other log
    console.error('the window failed', error, info.componentStack);
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <Failure
        title="This window failed: it shows nothing of what fires"
        message={this.state.error.message}
        next="Nightdesk goes on watching and paging. Try again; if that does not help, open a new window and keep your pager at hand."
        onRetry={() => window.location.reload()}
      />
    );
  }
}
