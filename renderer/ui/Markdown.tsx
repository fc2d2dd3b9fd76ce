/** Markdown from outside, drawn. Links go out only through the function that checks them. */
import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { useEffect, useMemo, useRef, type ComponentProps, type ReactNode } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { clipText, visibleText } from './visible-text.ts';
import { markdownMax, markdownTree } from './markdown-tree.ts';
import classes from './markdown.module.css';

export interface MarkdownProps {
  readonly text: string;
  /** Section to scroll to, as a slug. */
  readonly anchor?: string | null;
  /** Called with the address as it was written. Pass `openLink`. */
  readonly onLink: (url: string) => void;
}

export function Markdown({ text, anchor, onLink }: MarkdownProps) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useMemo(() => draw(text, onLink), [text, onLink]);
  useEffect(() => {
    if (anchor === null || anchor === undefined || anchor === '') return;
    for (const heading of place.current?.querySelectorAll<HTMLElement>('[data-anchor]') ?? []) {
      if (heading.dataset.anchor === anchor) heading.scrollIntoView({ block: 'start' });
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new text is another place to scroll in
  }, [anchor, drawn]);
  return (
    <div className={classes.markdown} ref={place}>
      {drawn}
    </div>
  );
}

function draw(text: string, onLink: (url: string) => void): ReactNode {
  if (text.length > markdownMax) return asWritten(text);
  try {
    return toJsxRuntime(markdownTree(text), {
      Fragment,
      jsx,
      jsxs,
      components: {
        a: ({ href, children }: ComponentProps<'a'>) => (
          <OutsideLink url={typeof href === 'string' ? href : ''} onLink={onLink}>
            {children}
          </OutsideLink>
        ),
        input: (props: ComponentProps<'input'>) => (
          <input type="checkbox" checked={props.checked === true} disabled aria-label="Task" />
        ),
      },
    });
  } catch {
    return asWritten(text);
  }
}

const asWritten = (text: string): ReactNode => (
  <pre>{visibleText(clipText(text, markdownMax).text)}</pre>
);

function OutsideLink({
  url,
  onLink,
  children,
}: {
  readonly url: string;
  readonly onLink: (url: string) => void;
  readonly children: ReactNode;
}) {
  if (!/^https?:/i.test(url)) return <span>{children}</span>;
  return (
    <a
      href={url}
      title={visibleText(url, true)}
      rel="noopener noreferrer"
      onClick={(event) => {
        event.preventDefault();
        onLink(url);
      }}
      onAuxClick={(event) => event.preventDefault()}
    >
      {children}
    </a>
  );
}
