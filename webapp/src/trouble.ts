// What went wrong in words that say what to do. Pure.
import { Refused } from "./api";
import { kindWords } from "./kinds";

export interface Trouble {
  says: string;
  todo: "again" | "new session" | "sign in" | null;
  /** Seconds after which it may go better. */
  wait: number | null;
  requestId: string | null;
}

const ADVICE: Record<string, string> = {
  UNREACHABLE: "Is it running? What you wrote is still here.",
  SESSION_BUSY: "Wait until the other answer is there.",
  session_expired: "The router keeps nothing of it. A new chat begins a new session; what you wrote stays here.",
  SESSION_NOT_FOUND: "A new chat begins a new one; what you wrote stays here.",
  CONTEXT_TOO_LONG: "Shorten the text, or choose a model with more room.",
  PAYLOAD_TOO_LARGE: "Shorten the text.",
  MODEL_NOT_FOUND: "Choose another model.",
  MODEL_FORBIDDEN: "Choose another model.",
  ENDPOINT_NOT_FOUND: "Choose another model.",
  TOO_MANY_ANSWERS: "Wait until another answer is there.",
  NO_KEYS: "Until then, choose another model.",
  PROVIDER_REFUSED: "The operator has to look at the keys.",
  STREAM_CUT: "What came is above; ask again for a whole answer.",
};

const AGAIN = new Set([0, 409, 429, 500, 502, 503, 504]);
const NOT_AGAIN = new Set(["PROVIDER_REFUSED", "NO_KEYS", "BUDGET_SPENT", "TOO_MANY_SESSIONS"]);

export function trouble(error: unknown): Trouble {
  if (!(error instanceof Refused))
    return { says: "Something failed in this page.", todo: "again", wait: null, requestId: null };
  const { said, status, wait, requestId } = error;
  return {
    says: [said.message, blocked(said.details["kinds"]), ADVICE[said.code]].filter(Boolean).join(" "),
    todo: todo(error),
    wait: todo(error) === "again" && status !== 502 ? wait : null,
    requestId,
  };
}

function todo({ said, status }: Refused): Trouble["todo"] {
  if (status === 401) return "sign in";
  if (status === 410 || said.code === "SESSION_NOT_FOUND") return "new session";
  return AGAIN.has(status) && !NOT_AGAIN.has(said.code) ? "again" : null;
}

function blocked(kinds: unknown): string | null {
  return Array.isArray(kinds) ? `It holds: ${kinds.map(String).map(kindWords).join(", ")}.` : null;
}
