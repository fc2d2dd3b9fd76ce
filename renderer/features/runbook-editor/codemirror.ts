/** CodeMirror as this program uses it: Markdown, our colours in every theme, and the nonce that the content policy asks for. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { markdown, markdownLanguage } from '@codemirror/lang-markdown';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, Prec, type Extension } from '@codemirror/state';
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { styleTags, tags } from '@lezer/highlight';
import { styleNonce } from '../../app/nonce.ts';

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--bg)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--mono)',
    fontVariantLigatures: 'none',
    lineHeight: '1.55',
    overflow: 'auto',
  },
  '.cm-content': { padding: '10px 0 40vh', caretColor: 'var(--text)' },
  '.cm-line': { padding: '0 14px 0 8px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text)', borderLeftWidth: '2px' },
  '.cm-gutters': {
    backgroundColor: 'var(--bg)',
    color: 'var(--faint)',
    borderRight: '1px solid var(--line-soft)',
  },
  '.cm-activeLine': { backgroundColor: 'var(--panel)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--panel)', color: 'var(--text)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--raised)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warning-bg)', outline: '1px solid var(--warning)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--fill-bg)' },
  '.cm-specialChar': { color: 'var(--critical)' },
  '.cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--text)' },
  '.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '8px 12px', fontFamily: 'var(--sans)' },
  '.cm-panel.cm-search label': { color: 'var(--muted)', fontSize: '12px' },
  '.cm-textfield': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--bg)',
    color: 'var(--text)',
    fontSize: '12px',
  },
  '.cm-button': {
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--raised)',
    backgroundImage: 'none',
    color: 'var(--text)',
    fontSize: '12px',
  },
  '.cm-panel.cm-search [name=close]': { color: 'var(--muted)', fontSize: '16px' },
});

const colours = HighlightStyle.define([
  { tag: tags.heading, color: 'var(--accent)', fontWeight: '650' },
  { tag: [tags.monospace, tags.literal], color: 'var(--warning)' },
  { tag: [tags.link, tags.url], color: 'var(--info)' },
  { tag: tags.strong, fontWeight: '700' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.processingInstruction, tags.meta, tags.labelName], color: 'var(--faint)' },
  { tag: [tags.comment, tags.quote], color: 'var(--muted)' },
  { tag: [tags.tagName, tags.attributeName], color: 'var(--blind)' },
]);

type MarkdownExtension = NonNullable<NonNullable<Parameters<typeof markdown>[0]>['extensions']>;

/** The settings at the beginning: without this, Markdown reads their last line as a heading. */
const frontMatter: MarkdownExtension = {
  props: [styleTags({ FrontMatter: tags.comment })],
  defineNodes: [{ name: 'FrontMatter', block: true }],
  parseBlock: [
    {
      name: 'FrontMatter',
      before: 'HorizontalRule',
      parse(context, line) {
        const [marks] = /^(---|\+\+\+)(?=\s*$)/.exec(line.text) ?? [];
        if (context.lineStart !== 0 || marks === undefined) return false;
        while (context.nextLine()) {
          if (line.text.trimEnd() !== marks) continue;
          context.addElement(context.elt('FrontMatter', 0, context.lineStart + line.text.length));
          context.nextLine();
          return true;
        }
        return false;
      },
    },
  ],
};

/**
 * Typing over a selection is done here. Chromium would carry the look of what it replaces over in a style attribute, which the
 * content policy refuses, loudly.
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { state } = view;
    const isPlain = event.inputType === 'insertText' && event.data !== null && !view.composing;
    if (!isPlain || state.readOnly || state.selection.main.empty) return false;
    view.dispatch(state.replaceSelection(event.data), {
      userEvent: 'input.type',
      scrollIntoView: true,
    });
    return true;
  },
});

export interface EditorCallbacks {
  readonly onChange: (text: string) => void;
  readonly onLeave: () => void;
}

/** Tab goes on to the next control, as everywhere: a person without a mouse must get out. Ctrl [ and ] indent. */
export function editorExtensions(
  label: string,
  isReadOnly: boolean,
  { onChange, onLeave }: EditorCallbacks,
): Extension[] {
  const leave = {
    key: 'Escape',
    run: () => {
      onLeave();
      return true;
    },
  };
  return [
    EditorView.cspNonce.of(styleNonce),
    theme,
    syntaxHighlighting(colours),
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    highlightSelectionMatches(),
    history(),
    typeOver,
    bracketMatching(),
    search({ top: false }),
    markdown({
      base: markdownLanguage,
      extensions: frontMatter,
      addKeymap: true,
      completeHTMLTags: false,
    }),
    EditorView.lineWrapping,
    EditorState.readOnly.of(isReadOnly),
    EditorView.contentAttributes.of({
      'aria-label': label,
      tabindex: '0',
      spellcheck: 'false',
      autocorrect: 'off',
      autocapitalize: 'off',
      'data-gramm': 'false',
    }),
    keymap.of([...searchKeymap, ...historyKeymap, ...defaultKeymap]),
    Prec.lowest(keymap.of([leave])),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}

/** Puts another text in, touching only what differs, so that the cursor and the way back stay. */
export function showText(view: EditorView, text: string): void {
  const now = view.state.doc.toString();
  if (now === text) return;
  let start = 0;
  while (start < now.length && start < text.length && now[start] === text[start]) start++;
  let end = 0;
  const most = Math.min(now.length, text.length) - start;
  while (end < most && now[now.length - 1 - end] === text[text.length - 1 - end]) end++;
  view.dispatch({
    changes: { from: start, to: now.length - end, insert: text.slice(start, text.length - end) },
  });
}

/** The cursor to the beginning of a line, in the middle of the view. */
export function goToLine(view: EditorView, line: number): void {
  const { doc } = view.state;
  const { from } = doc.line(Math.max(1, Math.min(line, doc.lines)));
  view.dispatch({
    selection: { anchor: from },
    effects: EditorView.scrollIntoView(from, { y: 'center' }),
  });
  view.focus();
}
