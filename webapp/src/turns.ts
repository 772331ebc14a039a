// The turns of a conversation, and what becomes of them. Pure.
import type { Message, Preview, Reply } from "./api";
import type { Privacy } from "./privacy";
import type { Trouble } from "./trouble";

export interface Turn {
  prompt: string;
  model: string;
  asked: Privacy;
  /** What was shown to leave, where that was looked at for this very question. */
  left: Preview | null;
  answer: string;
  state: "coming" | "whole" | "stopped" | "failed";
  reply: Reply | null;
  padded: boolean;
  trouble: Trouble | null;
}

export type Change =
  | { does: "ask"; prompt: string; model: string; asked: Privacy; left: Preview | null }
  | { does: "open"; padded: boolean }
  | { does: "say"; text: string; reply: Reply | null }
  | { does: "end"; state: "whole" | "stopped" }
  | { does: "fail"; trouble: Trouble }
  | { does: "take back" }
  | { does: "clear" };

export function changed(turns: Turn[], change: Change): Turn[] {
  switch (change.does) {
    case "clear":
      return [];
    case "take back":
      return turns.slice(0, -1);
    case "ask": {
      const { does: _, ...asked } = change;
      return [...turns, { ...asked, answer: "", state: "coming", reply: null, padded: false, trouble: null }];
    }
    case "open":
      return last(turns, () => ({ padded: change.padded }));
    case "say":
      return last(turns, (turn) => ({ answer: turn.answer + change.text, reply: change.reply ?? turn.reply }));
    case "end":
      return last(turns, () => ({ state: change.state }));
    case "fail":
      return last(turns, () => ({ state: "failed", trouble: change.trouble }));
  }
}

/** What a question brings along that has no session: the turns that came whole. */
export function history(turns: Turn[]): Message[] {
  return turns
    .filter((turn) => turn.state === "whole")
    .flatMap((turn): Message[] => [
      { role: "user", content: turn.prompt },
      { role: "assistant", content: turn.answer },
    ]);
}

function last(turns: Turn[], change: (turn: Turn) => Partial<Turn>): Turn[] {
  const turn = turns.at(-1);
  return turn === undefined ? turns : [...turns.slice(0, -1), { ...turn, ...change(turn) }];
}
