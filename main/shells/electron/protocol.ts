/** Serves the window's files under `app://nightdesk/`: GET only, our host only, contained in one folder. */
import { protocol, type Session } from 'electron';
import { createNonce, securityHeaders } from '../content-security.ts';
import { readRendererFile } from '../renderer-files.ts';
import { appHost, appScheme } from './origin.ts';

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: appScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

export function serveRenderer(session: Session, rendererFolder: string): void {
  session.protocol.handle(appScheme, (request) => answer(request, rendererFolder));
}

async function answer(
  request: { readonly method: string; readonly url: string },
  rendererFolder: string,
): Promise<Response> {
  const nonce = createNonce();
  const headers = securityHeaders(nonce, null);
  if (request.method !== 'GET') return new Response(null, { status: 405, headers });
  const url = new URL(request.url);
  if (url.host !== appHost) return new Response(null, { status: 404, headers });
  const file = await readRendererFile(rendererFolder, url.pathname, nonce);
  if (file === null) return new Response(null, { status: 404, headers });
  return new Response(new Uint8Array(file.body), {
    status: 200,
    headers: { ...headers, 'content-type': file.mediaType, 'cache-control': 'no-store' },
  });
}
