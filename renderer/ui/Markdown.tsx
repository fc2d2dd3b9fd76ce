/** Markdown from outside, drawn. Links go out only through the function that checks them. */
import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { useEffect, useMemo, useRef, useState, type ComponentProps, type ReactNode } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { Button } from './Button.tsx';
import { CodeView } from './CodeView.tsx';
import { partOf, partsOf } from './markdown-parts.ts';
import { markdownMax, markdownTree, textOf, type Element } from './markdown-tree.ts';
import { foldAnchor, scrollToAnchor, scrollToOwnRow } from './scroll-to-anchor.ts';
import { clipText, visibleText } from './visible-text.ts';
import classes from './markdown.module.css';

/** Where a link leads within the program. */
export type MarkdownLink =
  | {
      readonly kind: 'inside';
      /** A place of ours, as a link of the page: `#/runbooks/12`. */
      readonly href: string;
      readonly title: string;
      /** It names something that is not there: why it leads only near. */
      readonly isVague: boolean;
    }
  | { readonly kind: 'missing'; readonly why: string };

export interface MarkdownProps {
  readonly text: string;
  /** Section to scroll to, as a slug. */
  readonly anchor?: string | null;
  /** The row of a table with this in one of its cells is marked, and shown where the section is its own. */
  readonly rowName?: string | null;
  /** Called with the address as it was written. Pass `openLink`. */
  readonly onLink: (url: string) => void;
  /** Called after the text was scrolled to a place in it that a link named. */
  readonly onAnchor?: (anchor: string) => void;
  /** Null: an address of the web or none, which leads out or nowhere. */
  readonly linkOf?: (address: string) => MarkdownLink | null;
  /** Draws what an image's address names. Left out: its words stand there. */
  readonly pictureOf?: (address: string, words: string) => ReactNode;
  /** Copies the text of a block of code. Left out: there is no button. */
  readonly onCopy?: (text: string) => Promise<void>;
}

export function Markdown(props: MarkdownProps) {
  if (props.text.length > markdownMax) return <InParts {...props} />;
  return <Drawn {...props} />;
}

/** What no window could hold at once is shown part by part. */
function InParts(props: MarkdownProps) {
  const { text, anchor = null } = props;
  const parts = useMemo(() => partsOf(text), [text]);
  const first = useMemo(() => partOf(parts, anchor), [parts, anchor]);
  return <Parts key={first} {...props} parts={parts} first={first} />;
}

function Drawn(props: MarkdownProps) {
  const { text, anchor, rowName, onLink, onAnchor, linkOf, pictureOf, onCopy } = props;
  const place = useRef<HTMLDivElement>(null);
  const drawn = useMemo(
    () => draw(text, { rowName, onLink, onAnchor, linkOf, pictureOf, onCopy }),
    [text, rowName, onLink, onAnchor, linkOf, pictureOf, onCopy],
  );
  useEffect(() => {
    if (anchor === null || anchor === undefined || anchor === '' || text === '') return;
    if (place.current !== null) scrollToAnchor(place.current, anchor);
  }, [anchor, text]);
  useEffect(() => {
    if (rowName === null || rowName === undefined || text === '') return;
    if (place.current !== null) scrollToOwnRow(place.current, anchor ?? '');
  }, [rowName, anchor, text]);
  return (
    <div className={classes.markdown} ref={place} data-markdown="">
      {drawn}
    </div>
  );
}

interface PartsProps extends MarkdownProps {
  readonly parts: readonly string[];
  readonly first: number;
}

function Parts({ parts, first, ...props }: PartsProps) {
  const [index, setIndex] = useState(first);
  const top = useRef<HTMLDivElement>(null);
  const show = (next: number): void => {
    setIndex(next);
    top.current?.scrollIntoView({ block: 'start' });
  };
  const choice = (
    <p className={classes.parts}>
      Part {index + 1} of {parts.length} of a long document{' '}
      <Button isSmall kind="quiet" disabled={index === 0} onClick={() => show(index - 1)}>
        Previous
      </Button>
      <Button
        isSmall
        kind="quiet"
        disabled={index === parts.length - 1}
        onClick={() => show(index + 1)}
      >
        Next
      </Button>
    </p>
  );
  return (
    <div ref={top}>
      {choice}
      <Drawn {...props} text={parts[index] ?? ''} />
      {choice}
    </div>
  );
}

type Drawing = Pick<
  MarkdownProps,
  'rowName' | 'onLink' | 'onAnchor' | 'linkOf' | 'pictureOf' | 'onCopy'
>;

function draw(text: string, drawing: Drawing): ReactNode {
  const { pictureOf, onCopy } = drawing;
  const rowName = foldAnchor(drawing.rowName ?? '');
  const isOwnCell = (cell: Element['children'][number]): boolean =>
    cell.type === 'element' && foldAnchor(textOf(cell)) === rowName;
  try {
    return toJsxRuntime(markdownTree(text), {
      Fragment,
      jsx,
      jsxs,
      passNode: true,
      components: {
        a: ({ href, children, node }) => (
          <LinkView
            address={typeof href === 'string' ? href : ''}
            anchor={node?.properties.dataAnchor}
            drawing={drawing}
          >
            {children}
          </LinkView>
        ),
        span: ({ node, ...rest }) => {
          const { dataPicture, dataWords } = node?.properties ?? {};
          return typeof dataPicture === 'string' && pictureOf !== undefined ? (
            pictureOf(dataPicture, String(dataWords ?? ''))
          ) : (
            <span {...rest} />
          );
        },
        pre: ({ node, children }) => (
          <CodeView
            language={String(node?.properties.dataLanguage ?? '')}
            text={node === undefined ? '' : textOf(node)}
            onCopy={onCopy}
          >
            {children}
          </CodeView>
        ),
        tr: ({ node, ...rest }) => {
          const isOwn = rowName !== '' && node?.children.some(isOwnCell) === true;
          return <tr {...rest} {...(isOwn ? { 'aria-current': true } : {})} />;
        },
        table: ({ node: _node, ...rest }) => (
          <div className={classes.wide}>
            <table {...rest} />
          </div>
        ),
        input: (props: ComponentProps<'input'>) => (
          <input type="checkbox" checked={props.checked === true} disabled aria-label="Task" />
        ),
      },
    });
  } catch {
    return <pre>{visibleText(clipText(text, markdownMax).text)}</pre>;
  }
}

interface LinkViewProps {
  readonly address: string;
  /** The link is a named place, as `<a name>` is. */
  readonly anchor: unknown;
  readonly drawing: Drawing;
  readonly children?: ReactNode;
}

function LinkView({ address, anchor, drawing, children }: LinkViewProps) {
  const named = typeof anchor === 'string' ? { 'data-anchor': anchor } : {};
  const inside = address === '' ? null : (drawing.linkOf?.(address) ?? null);
  if (address.startsWith('#') && address.length > 1) {
    const wanted = decode(address.slice(1));
    // Left to our own hands: the page's address belongs to the program's places.
    return (
      <button
        type="button"
        className={classes.jump}
        onClick={(event) => {
          const text = event.currentTarget.closest<HTMLElement>('[data-markdown]');
          if (text !== null) scrollToAnchor(text, wanted);
          drawing.onAnchor?.(wanted);
        }}
        title={`Goes to ${visibleText(wanted, true)}`}
        {...named}
      >
        {children}
      </button>
    );
  }
  if (inside?.kind === 'inside') {
    return (
      <a
        href={inside.href}
        title={visibleText(inside.title, true)}
        data-vague={inside.isVague || undefined}
        {...named}
      >
        {children}
      </a>
    );
  }
  if (/^https?:/i.test(address)) {
    return (
      <a
        href={address}
        title={visibleText(address, true)}
        rel="noopener noreferrer"
        onClick={(event) => {
          event.preventDefault();
          drawing.onLink(address);
        }}
        onAuxClick={(event) => event.preventDefault()}
        {...named}
      >
        {children}
      </a>
    );
  }
  return (
    <span
      {...(inside === null
        ? {}
        : { className: classes.dead, title: `${inside.why}: ${visibleText(address, true)}` })}
      {...named}
    >
      {children}
    </span>
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
