/** A block of code in a text: to read, to copy, or a diagram to look at. */
import { Check, Copy } from 'lucide-react';
import { lazy, Suspense, type ReactNode } from 'react';
import { useThanks } from './use-thanks.ts';
import classes from './markdown.module.css';

/** Diagrams are rare, and what lays them out is not small. */
const Diagram = lazy(async () => {
  const { Diagram: component } = await import('./diagram/Diagram.tsx');
  return { default: component };
});

export interface CodeViewProps {
  readonly language: string;
  readonly text: string;
  readonly onCopy: ((text: string) => Promise<void>) | undefined;
  readonly children: ReactNode;
}

export function CodeView({ language, text, onCopy, children }: CodeViewProps) {
  const code = <pre>{children}</pre>;
  const canCopy = onCopy !== undefined && text.trim() !== '';
  return (
    <div className={classes.code} data-copied-from={canCopy || undefined}>
      {language === 'mermaid' ? (
        <Suspense fallback={code}>
          <Diagram text={text} asWritten={code} />
        </Suspense>
      ) : (
        code
      )}
      {canCopy && <CopyButton text={text} onCopy={onCopy} />}
    </div>
  );
}

function CopyButton({
  text,
  onCopy,
}: {
  readonly text: string;
  readonly onCopy: (text: string) => Promise<void>;
}) {
  const [isCopied, thankForCopy] = useThanks();
  return (
    <button
      type="button"
      className={classes.copy}
      aria-label={isCopied ? 'Copied' : 'Copy this block'}
      title={isCopied ? 'Copied' : 'Copy'}
      onClick={() => {
        void (async () => {
          await onCopy(text.replace(/\n$/, ''));
          thankForCopy();
        })();
      }}
    >
      {isCopied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
    </button>
  );
}
