/**
 * How the text of a page is asked for at the sites that teams keep runbooks at: GitHub and GitLab hand out the Markdown, GitLab's
 * wikis and Confluence have an API. Everywhere else it is the page itself. Pure.
 */
import type { RunbookSite } from '../../../preload/contract/settings.ts';
import { isListed } from './page-address.ts';

export interface PageLogin {
  readonly site: RunbookSite;
  readonly secret: string;
}

/** What comes back: a page, Markdown, or the answer of one of the APIs. */
export type PageForm = 'page' | 'markdown' | 'gitlab wiki' | 'confluence' | 'confluence search';

export interface PageRequest {
  readonly url: URL;
  readonly form: PageForm;
  readonly headers: Readonly<Record<string, string>>;
  /** Hosts that may get the login; it goes nowhere else. */
  readonly loginHosts: ReadonlySet<string>;
}

export const loginHeaders = ({ site, secret }: PageLogin): Record<string, string> => {
  switch (site.login) {
    case 'bearer':
      return { authorization: `Bearer ${secret}` };
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${site.user}:${secret}`).toString('base64')}` };
    case 'header':
      return site.header === '' ? {} : { [site.header.toLowerCase()]: secret };
    case 'cookie':
      return { cookie: secret };
  }
};

export const siteOf = (url: URL, sites: readonly RunbookSite[]): RunbookSite | undefined =>
  sites.find((site) => isListed(url, [site.host]));

const accepts: Readonly<Record<PageForm, string>> = {
  page: 'text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,*/*;q=0.1',
  markdown: 'text/plain,text/markdown,*/*;q=0.1',
  'gitlab wiki': 'application/json',
  confluence: 'application/json',
  'confluence search': 'application/json',
};

const at = (base: URL, path: string, query: Readonly<Record<string, string>> = {}): URL => {
  const url = new URL(base.origin);
  url.pathname = path;
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url;
};

interface Found {
  readonly url: URL;
  readonly form: PageForm;
  readonly headers?: Readonly<Record<string, string>>;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** `/owner/repository/blob/branch/path`, on github.com or on an own server. */
function onGitHub(url: URL, hasLogin: boolean): Found | null {
  const isPublic = url.hostname === 'github.com' || url.hostname === 'www.github.com';
  const wiki = /^\/([^/]+)\/([^/]+)\/wiki(?:\/([^/]+))?\/?$/.exec(url.pathname);
  if (isPublic && wiki !== null && !hasLogin) {
    const [, owner, repository, page = 'Home'] = wiki;
    return { url: at(rawHub, `/wiki/${owner}/${repository}/${page}.md`), form: 'markdown' };
  }
  const found = /^\/([^/]+)\/([^/]+)\/(blob|tree|raw)\/([^/]+)(?:\/(.*?))?\/?$/.exec(url.pathname);
  if (found === null || (!isPublic && !hasLogin)) return null;
  const [, owner, repository, kind, branch = '', path = ''] = found;
  if (hasLogin) {
    const api = isPublic ? apiHub : url;
    const prefix = isPublic ? '' : '/api/v3';
    const what = kind === 'tree' ? (path === '' ? 'readme' : `readme/${path}`) : `contents/${path}`;
    return {
      url: at(api, `${prefix}/repos/${owner}/${repository}/${what}`, { ref: decoded(branch) }),
      form: 'markdown',
      headers: { accept: 'application/vnd.github.raw+json' },
    };
  }
  const file = kind === 'tree' ? `${path}${path === '' ? '' : '/'}README.md` : path;
  return { url: at(rawHub, `/${owner}/${repository}/${branch}/${file}`), form: 'markdown' };
}

const rawHub = new URL('https://raw.githubusercontent.com');
const apiHub = new URL('https://api.github.com');

/** `/group/project/-/blob/branch/path` and `/group/project/-/wikis/page`. */
function onGitLab(url: URL, hasLogin: boolean): Found | null {
  const found = /^\/(.+?)\/-\/(blob|raw|tree|wikis)\/(.+?)\/?$/.exec(url.pathname);
  if (found === null) return null;
  const [, project = '', kind, rest = ''] = found;
  const id = encodeURIComponent(decoded(project));
  if (kind === 'wikis') {
    const page = encodeURIComponent(decoded(rest));
    return { url: at(url, `/api/v4/projects/${id}/wikis/${page}`), form: 'gitlab wiki' };
  }
  const [branch = '', ...parts] = rest.split('/');
  const path = kind === 'tree' ? [...parts, 'README.md'].join('/') : parts.join('/');
  if (!hasLogin) return { url: at(url, `/${project}/-/raw/${branch}/${path}`), form: 'markdown' };
  const file = encodeURIComponent(decoded(path));
  return {
    url: at(url, `/api/v4/projects/${id}/repository/files/${file}/raw`, { ref: decoded(branch) }),
    form: 'markdown',
  };
}

/** Pages of Confluence by id, or by space and title. Only with a login, or in the cloud: elsewhere the page itself will do. */
function onConfluence(url: URL, hasLogin: boolean): Found | null {
  if (!hasLogin && !url.hostname.endsWith('.atlassian.net')) return null;
  const byId =
    /^(.*?)\/spaces\/[^/]+\/pages\/(?:edit-v2\/)?(\d+)(?:\/|$)/.exec(url.pathname) ??
    /^(.*?)\/pages\/viewpage\.action$/.exec(url.pathname);
  if (byId !== null) {
    const id = byId[2] ?? url.searchParams.get('pageId') ?? '';
    if (!/^\d{1,20}$/.test(id)) return null;
    return {
      url: at(url, `${byId[1] ?? ''}/rest/api/content/${id}`, { expand: 'body.view' }),
      form: 'confluence',
    };
  }
  const byTitle = /^(.*?)\/display\/([^/]+)\/([^/]+)$/.exec(url.pathname);
  if (byTitle === null) return null;
  const [, prefix = '', space = '', title = ''] = byTitle;
  return {
    url: at(url, `${prefix}/rest/api/content`, {
      spaceKey: decoded(space),
      title: decoded(title.replaceAll('+', ' ')),
      expand: 'body.view',
    }),
    form: 'confluence search',
  };
}

/** What to ask for the text of this page. */
export function pageRequest(url: URL, login: PageLogin | null): PageRequest {
  const hasLogin = login !== null;
  const found: Found = onGitLab(url, hasLogin) ??
    onGitHub(url, hasLogin) ??
    onConfluence(url, hasLogin) ?? { url, form: 'page' };
  return {
    url: found.url,
    form: found.form,
    headers: { accept: accepts[found.form], ...found.headers },
    loginHosts: new Set([url.host, found.url.host]),
  };
}

export interface ApiPage {
  readonly title: string;
  readonly text: string;
  readonly kind: 'html' | 'markdown';
}

const texts = (value: unknown, key: string): string => {
  if (typeof value !== 'object' || value === null) return '';
  const found = Object.entries(value).find(([name]) => name === key)?.[1] as unknown;
  return typeof found === 'string' ? found : '';
};

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null
    ? (Object.entries(value).find(([name]) => name === key)?.[1] as unknown)
    : undefined;

/** The page in an answer of an API. Null: it is not one. */
export function readApiPage(form: PageForm, body: string): ApiPage | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  if (form === 'gitlab wiki') {
    const text = texts(value, 'content');
    return text === '' ? null : { title: texts(value, 'title'), text, kind: 'markdown' };
  }
  if (form === 'confluence search') {
    const results = member(value, 'results');
    value = Array.isArray(results) ? results[0] : undefined;
  }
  const text = texts(member(member(value, 'body'), 'view'), 'value');
  return text === '' ? null : { title: texts(value, 'title'), text, kind: 'html' };
}
