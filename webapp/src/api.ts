// The router's own API, as the page uses it: the one module that fetches. Never keeps a token.
import type { Least, Level, Privacy } from "./privacy";

export interface Model {
  id: string;
  name: string;
  provider: string;
  capabilities: string[];
  status: string;
}

export interface Choices {
  models: Model[];
  any_of: string[];
  least: Least;
  usual_decoys: number;
}

export interface Span {
  start: number;
  end: number;
  kind: string;
  surrogate: string | null;
  explanation: string;
}

export type Counts = Record<string, number>;

/** What a text would be sent as; `text` is null where the policy blocks it. */
export interface Preview {
  text: string | null;
  spans: Span[];
  entities: Counts;
  obfuscated: Level;
  decoys: number;
  decoys_reason?: string;
  blocked: string[];
}

/** What a reply says beside its words. */
export interface Reply {
  model: string;
  endpoint_id: string;
  finish_reason: string | null;
  rebound?: boolean;
  trimmed_turns?: number;
  privacy: {
    entities: Counts;
    obfuscated: Level;
    obfuscated_reason?: string;
    decoys: number;
    decoys_reason?: string;
  };
}

export interface Message {
  role: "user" | "assistant";
  content: string;
}

export interface Question extends Partial<Privacy> {
  prompt: string;
  model: string;
  session_id?: string;
  stateless?: boolean;
  conversation_history?: Message[];
}

export interface Said {
  code: string;
  message: string;
  details: Record<string, unknown>;
}

/** A call that was refused, or that reached nobody: then `status` is 0. */
export class Refused extends Error {
  constructor(
    readonly said: Said,
    readonly status: number,
    readonly wait: number | null = null,
    readonly requestId: string | null = null,
  ) {
    super(said.message);
  }
}

export const choices = () => read<Choices>(call("GET", "choices"));

/** Begins a session; a token that is shown here becomes the page's cookie. */
export const begin = async (token?: string): Promise<string> =>
  (await read<{ session_id: string }>(call("POST", "initialize-session", {}, token ? { token } : {}))).session_id;

export const preview = (text: string, session: string | null, asked: Privacy, signal: AbortSignal) => {
  const { give: _, ...flags } = asked;
  return read<Preview>(call("POST", "preview", { prompt: text, session_id: session, ...flags }, { signal }));
};

/** An answer as it comes. */
export const generate = (question: Question, signal: AbortSignal) =>
  call("POST", "generate", { ...question, streaming: true }, { signal });

/** Nothing of the session stays; asked for also while the page goes away. */
export const end = (session: string) => call("POST", "end-session", { session_id: session }, { keepalive: true });

export const signOut = () => call("POST", "sign-out", {});

/** Whether the browser has the page's cookie, which no script can read: a second one comes with it. */
export const isSignedIn = () => word() !== null;

interface More {
  token?: string;
  signal?: AbortSignal;
  keepalive?: boolean;
}

async function call(method: string, path: string, body?: object, more: More = {}): Promise<Response> {
  const headers: Record<string, string> = {};
  const repeated = word();
  if (body !== undefined) headers["content-type"] = "application/json";
  if (repeated !== null) headers["x-csrf-token"] = repeated;
  if (more.token !== undefined) headers["authorization"] = `Bearer ${more.token}`;
  let answer: Response;
  try {
    answer = await fetch(`api/web/${path}`, {
      method,
      headers,
      cache: "no-store",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(more.signal === undefined ? {} : { signal: more.signal }),
      ...(more.keepalive === undefined ? {} : { keepalive: more.keepalive }),
    });
  } catch (error) {
    if (more.signal?.aborted) throw error;
    throw new Refused({ code: "UNREACHABLE", message: "The router cannot be reached.", details: {} }, 0);
  }
  if (!answer.ok) throw await refused(answer);
  return answer;
}

async function read<T>(answer: Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T;
}

async function refused(answer: Response): Promise<Refused> {
  const wait = Number(answer.headers.get("retry-after") ?? NaN);
  const nothing: Said = { code: "UNREADABLE", message: `The router answered ${answer.status}.`, details: {} };
  const said = await answer.json().then(
    (body: { error?: Said }) => body.error ?? nothing,
    () => nothing,
  );
  return new Refused(said, answer.status, Number.isFinite(wait) ? wait : null, answer.headers.get("x-request-id"));
}

function word(): string | null {
  return /(?:^|; )llmvpn-csrf=([^;]*)/.exec(document.cookie)?.[1] ?? null;
}
