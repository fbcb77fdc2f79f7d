/** Speaking HTTP, as the edge lends it: nothing but the edge opens connections. */

export interface HttpRequest {
  readonly method: string;
  /** Of the request alone; host, length and connection are added. Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** Rejects with E-SERVER where no reply comes. Redirects are replies like any other. */
export type HttpClient = (url: string, request: HttpRequest) => Promise<HttpReply>;
