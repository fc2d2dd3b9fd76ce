/**
 * Variables that a command reads and that nothing gives a value when it runs alone. Pure.
 *
 * In a terminal an earlier step may have set them. Here each command has a shell of its own, where `rm -rf /srv/$NAME/*`
 * would be `rm -rf /srv//*`.
 */
import { contextsOf } from '../contexts.ts';
import { assignedNames } from '../parameters.ts';

/** Given by the shell itself. */
const shellsOwn =
  /^(PWD|OLDPWD|SHELL|HOSTNAME|RANDOM|UID|EUID|PPID|IFS|SECONDS|LINENO|OPTARG|OPTIND|REPLY|COLUMNS|LINES|BASH\w*|FUNCNAME|PIPESTATUS|EPOCH\w*|MACHTYPE|OSTYPE|HOSTTYPE|SHLVL|PATH|_)$/;

/** `${X:-default}`, `${X:?said}`, `${X+set}` say themselves what happens without a value. */
const variable = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)([^}]?)[^}]*\})/g;

export function unsetVariables(
  text: string,
  environment: Readonly<Record<string, string>>,
): string[] {
  const assigned = assignedNames(text);
  const uses = [...text.matchAll(variable)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    name: match[1] ?? match[2] ?? '',
    isCovered: /^[-=?+:]$/.test(match[3] ?? ''),
    isEscaped: /(^|[^\\])(\\\\)*\\$/.test(text.slice(0, match.index)),
  }));
  const contexts = contextsOf('sh', text, uses);
  const names = uses.flatMap(({ name, isCovered, isEscaped }, index) => {
    const place = contexts[index]?.place;
    const isRead = place !== 'single' && place !== 'comment' && !isEscaped && !isCovered;
    const isKnown = assigned.has(name) || shellsOwn.test(name) || (environment[name] ?? '') !== '';
    return isRead && !isKnown ? [name] : [];
  });
  return [...new Set(names)];
}
