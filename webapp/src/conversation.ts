// A conversation: its session, its turns, and the answer that is on its way. Called by the chat.
import { useCallback, useEffect, useReducer, useRef } from "react";
import { isPadded, pieces } from "./answer";
import { type Preview, begin, end, generate } from "./api";
import type { Privacy } from "./privacy";
import { type Turn, changed, history } from "./turns";
import { trouble } from "./trouble";

export interface Session {
  /** Begun when it is first needed. Raises Refused. */
  id(): Promise<string>;
  /** Takes the place of none, or of one that is over. */
  take(id: string): void;
  /** Ends it, if there is one; the next call of `id` begins another. */
  end(): Promise<void>;
}

/**
 * The id is known to this page alone and gone with it, so the page ends the session when it goes. A browser may show it
 * again as it was, for a session that is over: then it begins anew.
 */
export function useSession(): Session {
  const kept = useRef<Promise<string> | null>(null);
  const known = useRef<string | null>(null);
  useEffect(() => {
    const leave = () => {
      if (known.current !== null) void end(known.current).catch(() => undefined);
    };
    const comeBack = (event: PageTransitionEvent) => {
      if (event.persisted) location.reload();
    };
    addEventListener("pagehide", leave);
    addEventListener("pageshow", comeBack);
    return () => {
      removeEventListener("pagehide", leave);
      removeEventListener("pageshow", comeBack);
    };
  }, []);
  const session = useRef<Session>({
    id() {
      kept.current ??= begin().then(
        (id) => (known.current = id),
        (error: unknown) => {
          kept.current = null;
          throw error;
        },
      );
      return kept.current;
    },
    take(id) {
      if (kept.current !== null) void end(id).catch(() => undefined);
      else [kept.current, known.current] = [Promise.resolve(id), id];
    },
    async end() {
      const beginning = kept.current;
      [kept.current, known.current] = [null, null];
      const id = await beginning?.catch(() => null);
      if (id) await end(id);
    },
  });
  return session.current;
}

export interface Asking {
  prompt: string;
  model: string;
  asked: Privacy;
  stateless: boolean;
  left: Preview | null;
}

export interface Conversation {
  turns: Turn[];
  ask(asking: Asking): Promise<void>;
  stop(): void;
  /** Takes the last turn away, so that it can be asked again. */
  takeBack(): void;
  clear(): void;
}

export function useConversation(session: Session): Conversation {
  const [turns, change] = useReducer(changed, []);
  const running = useRef<AbortController | null>(null);
  const seen = useRef(turns);
  seen.current = turns;

  const stop = useCallback(() => running.current?.abort(), []);
  const takeBack = useCallback(() => change({ does: "take back" }), []);
  const clear = useCallback(() => {
    running.current?.abort();
    change({ does: "clear" });
  }, []);
  const ask = useCallback(
    async ({ prompt, model, asked, stateless, left }: Asking) => {
      const stopping = new AbortController();
      const tell: typeof change = (what) => {
        if (running.current === stopping) change(what); // what comes late belongs to a conversation that is over
      };
      running.current = stopping;
      const before = history(seen.current);
      change({ does: "ask", prompt, model, asked, left });
      try {
        const { give, ...flags } = asked;
        const place = stateless
          ? { stateless, conversation_history: before }
          : { session_id: await session.id(), give };
        const answer = await generate({ prompt, model, ...flags, ...place }, stopping.signal);
        tell({ does: "open", padded: isPadded(answer) });
        for await (const piece of pieces(answer)) tell({ does: "say", ...piece });
        tell({ does: "end", state: "whole" });
      } catch (error) {
        tell(stopping.signal.aborted ? { does: "end", state: "stopped" } : { does: "fail", trouble: trouble(error) });
      }
    },
    [session],
  );
  return { turns, ask, stop, takeBack, clear };
}
