/**
 * Notifications of the system through node-notifier: notify-send on Linux, small helper programs elsewhere.
 *
 * On Linux it builds a shell command. It quotes well (its old hole is closed), yet the text is made plain and short first,
 * and what comes back is turned into a reason for people:
 * - A text that begins with `-` is an option to notify-send, and one that begins with a bracket is data to the macOS helper.
 * - notify-send reads backslashes and markup in the body; both are escaped, so that an alarm's text stays text.
 * - The callback's first argument is an Error, or whatever the program wrote to its error output; `''` means success.
 *   notify-send that failed ends with an error; if it only grumbled (libraries warn), the notification is shown.
 */
import { createHash } from 'node:crypto';
import notifier from 'node-notifier';
import type { OutgoingNotification, Powers } from '../shells/powers.ts';
import { plainLine, plainText } from './plain-text.ts';

/** How long the program may take. A daemon that hangs must not hang the page. */
const answerWithinMs = 10_000;

const titleLimit = 160;
const bodyLimit = 1_000;

/** A first character that no program takes for an option or for structured data. */
const withSafeStart = (text: string): string =>
  /^[\p{L}\p{N}]/u.test(text) ? text : `Nightdesk: ${text}`;

/** What notify-send's body language would take for markup or an escape. */
const asMarkup = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

/** The refusals that people meet, in their words. The program's own text would repeat the whole command line. */
function reasonFor(program: string, refusal: unknown): string {
  const text = refusal instanceof Error ? refusal.message : String(refusal);
  if (/: not found|not found:|ENOENT|must be installed/.test(text)) {
    return `${program} is not installed`;
  }
  if (
    /autolaunch|cannot connect to the message bus|could not connect|failed to connect/i.test(text)
  ) {
    return 'there is no desktop session to show a notification in (no D-Bus session bus)';
  }
  if (/StartServiceByName|ServiceUnknown|was not provided by any|NameHasNoOwner/.test(text)) {
    return 'no program on this desktop shows notifications (no notification daemon runs)';
  }
  if (/Timeout was reached|NoReply|did not receive a reply/i.test(text)) {
    return 'the notification daemon did not answer';
  }
  const lines = text.split('\n').filter((line) => !line.startsWith('Command failed'));
  return plainLine(lines.join(' '), 200) || `${program} failed without saying why`;
}

const programs: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'terminal-notifier',
  win32: 'SnoreToast',
};

export function createNodeNotifierCarrier(): Pick<Powers, 'notify' | 'withdraw'> & {
  readonly name: string;
} {
  const isNotifySend = notifier instanceof notifier.NotifySend;
  // Without its own check for the program, which remembers a "no": installing it later is enough.
  const unchecked = { suppressOsdCheck: true, withFallback: false };
  const sender = isNotifySend ? new notifier.NotifySend(unchecked) : notifier;
  const name = isNotifySend ? 'notify-send' : (programs[process.platform] ?? 'SnoreToast');

  const optionsFor = (outgoing: OutgoingNotification): Record<string, unknown> => {
    const title = withSafeStart(plainLine(outgoing.title, titleLimit) || 'Nightdesk');
    const body = withSafeStart(plainText(outgoing.body, bodyLimit) || 'Open Nightdesk to see it.');
    if (!isNotifySend) return { title, message: body, sound: false, wait: false };
    const tag = createHash('sha256').update(outgoing.key).digest('hex').slice(0, 16);
    return {
      title,
      message: asMarkup(body),
      'app-name': 'Nightdesk',
      urgency: outgoing.class === 'page' ? 'critical' : 'normal',
      // Seconds. A page stays until someone closes it.
      'expire-time': outgoing.class === 'page' ? 0 : 10,
      // Daemons that know it (dunst, mako, notify-osd, xfce) replace the one that has the same tag.
      hint: `string:x-canonical-private-synchronous:nightdesk-${tag}`,
    };
  };

  return {
    name,
    notify: (outgoing) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          // The helpers of the other systems run until the person answers: silence is success there.
          if (isNotifySend) reject(new Error(`${name} did not answer within 10 s`));
          else resolve({ carrier: name });
        }, answerWithinMs);
        sender.notify(optionsFor(outgoing), (refusal: unknown) => {
          clearTimeout(timer);
          const isShown = isNotifySend ? !(refusal instanceof Error) : !refusal;
          if (isShown) resolve({ carrier: name });
          else reject(new Error(reasonFor(name, refusal)));
        });
      }),
    // None of these programs can take one back; a later one with the same key replaces it where the daemon can.
    async withdraw() {},
  };
}
