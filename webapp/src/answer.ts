// An answer as it comes: what was said piece by piece, and at the end what was done. Called by the conversation.
import { Refused, type Reply, type Said } from "./api";
import { Events } from "./events";

const DONE = "[DONE]";

type Event =
  | { type: "delta"; content: string }
  | { type: "tool_call" }
  | ({ type: "done" } & Reply)
  | { type: "error"; error: Said };

export interface Piece {
  text: string;
  reply: Reply | null;
}

/** What came, a piece for each read. Raises Refused where it comes to no good end. */
export async function* pieces(answer: Response): AsyncGenerator<Piece> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const events = new Events();
  let over = false;
  while (reader && !over) {
    const { value, done } = await reader.read();
    if (done) break;
    const piece: Piece = { text: "", reply: null };
    let failed: Said | null = null;
    for (const data of events.feed(value)) {
      if (data === DONE) {
        over = true;
        break;
      }
      const event = JSON.parse(data) as Event;
      if (event.type === "delta") piece.text += event.content;
      else if (event.type === "done") piece.reply = event;
      else if (event.type === "error") failed = event.error;
    }
    yield piece;
    if (failed !== null) throw new Refused(failed, 502, null, answer.headers.get("x-request-id"));
  }
  if (!over) throw new Refused({ code: "STREAM_CUT", message: "The answer was cut off.", details: {} }, 502);
}

/** Whether the answer's size and times tell nothing of it. */
export function isPadded(answer: Response): boolean {
  return /\bpadded=on\b/.test(answer.headers.get("x-privacy") ?? "");
}
