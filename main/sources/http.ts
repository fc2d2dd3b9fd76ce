/**
 * The one HTTP client of all connectors.
 *
 * It owns timeouts, size limit, content-type check, redirects and Retry-After, so that a connector sees either parsed
 * JSON of an allowed size or a SourceError that says what to do.
 */
export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; its type is in `headers`. Not together with `json`. */
  readonly text?: string;
  /** What the body of an answer must be; default JSON. `text` takes any text, pages included. */
  readonly expect?: 'json' | 'text';
  /** Ask with the ETag of last time; "not modified" gives that body again, the same object. Only for GET. */
  readonly revalidate?: boolean;
  /**
   * Looks at the bytes of an answer before they are parsed; it may change them, and not keep them. True: the caller knows what
   * they say, and has taken what it needs.
   */
  readonly isKnown?: (bytes: Buffer) => boolean;
  readonly signal: AbortSignal;
  /** Statuses besides 2xx that the caller reads itself. */
  readonly acceptStatus?: readonly number[];
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or the text that was expected; undefined for an empty body of an accepted status. */
  readonly body: unknown;
  /** Not parsed, because `isKnown` said so; then there is no `body`. */
  readonly isKnown?: boolean;
  /** Upstream's Date header minus our clock at the middle of the request; null when absent. */
  readonly clockSkewMs: number | null;
}

export interface HttpClient {
  /** @throws SourceError */
  request(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}
