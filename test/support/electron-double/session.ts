/** The session: permissions, requests and the protocol handler that the product registers. */
import { Guarded } from './guarded.ts';
import { guard } from './typings.ts';
import { world } from './world.ts';

type PermissionHandler = (
  contents: unknown,
  permission: string,
  callback: (isGranted: boolean) => void,
  details: { isMainFrame: boolean; requestingUrl: string },
) => void;
type CheckHandler = (contents: unknown, permission: string, origin: string) => boolean;
type RequestHandler = (
  details: { url: string; resourceType: string },
  callback: (response: { cancel?: boolean }) => void,
) => void;
type ProtocolHandler = (request: Request) => Promise<Response> | Response;

const handlers = new Map<string, ProtocolHandler>();
let onRequest: RequestHandler | null = null;
let onPermission: PermissionHandler | null = null;
let onCheck: CheckHandler | null = null;

export const sessionProtocol = guard(
  {
    handle(scheme: string, handler: ProtocolHandler) {
      if (handlers.has(scheme)) throw new Error(`${scheme} is already handled`);
      if (!(scheme in world.privileges)) throw new Error(`${scheme} was not registered`);
      handlers.set(scheme, handler);
    },
  },
  'Protocol',
);

class Session extends Guarded {
  readonly protocol = sessionProtocol;
  readonly webRequest = guard(
    { onBeforeRequest: (handler: RequestHandler) => void (onRequest = handler) },
    'WebRequest',
  );

  constructor() {
    super('Session');
  }

  /** Nothing to route: this computer's tests talk to itself. */
  resolveProxy(url: string): Promise<string> {
    return Promise.resolve(URL.canParse(url) ? 'DIRECT' : '');
  }

  setPermissionRequestHandler(handler: PermissionHandler): void {
    onPermission = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    onCheck = handler;
  }

  setDevicePermissionHandler(handler: (details: object) => boolean): void {
    if (handler({ deviceType: 'usb' })) throw new Error('a device was permitted');
  }
}

export const defaultSession = new Session();

/** Both handlers must agree, as in Electron; without them everything would be granted. */
export function askPermission(
  contents: unknown,
  name: string,
  requestingUrl: string,
): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (isAllowed: boolean): void => {
      world.permissions.push({ name, isAllowed });
      resolve(isAllowed);
    };
    if (onCheck !== null && !onCheck(contents, name, requestingUrl)) return answer(false);
    if (onPermission === null) return answer(true);
    onPermission(contents, name, answer, { isMainFrame: true, requestingUrl });
  });
}

export const allowRequest = (url: string, resourceType: string): Promise<boolean> =>
  new Promise((resolve) => {
    if (onRequest === null) resolve(true);
    else onRequest({ url, resourceType }, ({ cancel }) => resolve(cancel !== true));
  });

export async function serve(method: string, url: string): Promise<Response> {
  const handler = handlers.get(new URL(url).protocol.replace(':', ''));
  if (handler === undefined) return new Response(null, { status: 404 });
  return handler(new Request(url, { method }));
}
