// What a text would be sent as, looked up while it is written. Called by the composer's owner.
import { useEffect, useState } from "react";
import { type Preview, preview } from "./api";
import type { Session } from "./conversation";
import type { Privacy } from "./privacy";
import { type Trouble, trouble } from "./trouble";

/** Each look counts as a query of the caller's, so it waits for a pause in the writing. */
const PAUSE_MS = 350;

export interface Look {
  /** Of which text `preview` is; it may be an older one while the next is on its way. */
  text: string;
  /** Of which text and switches. */
  of: string;
  preview: Preview | null;
  trouble: Trouble | null;
}

const NOTHING: Look = { text: "", of: "", preview: null, trouble: null };

export function lookFor(text: string, asked: Privacy, stateless: boolean): string {
  return JSON.stringify([text, asked, stateless]);
}

/** `again` changes where the same is to be looked up once more. */
export function useLooking(text: string, asked: Privacy, stateless: boolean, session: Session, again: number): Look {
  const [look, setLook] = useState(NOTHING);
  const wanted = lookFor(text, asked, stateless);
  useEffect(() => {
    if (text.trim() === "") {
      setLook(NOTHING);
      return;
    }
    const stopping = new AbortController();
    let timer = setTimeout(async function see() {
      try {
        const id = stateless ? null : await session.id();
        const shown = await preview(text, id, asked, stopping.signal);
        if (!stopping.signal.aborted) setLook({ text, of: wanted, preview: shown, trouble: null });
      } catch (error) {
        if (stopping.signal.aborted) return;
        const failed = trouble(error);
        setLook({ text, of: wanted, preview: null, trouble: failed });
        if (failed.wait !== null) timer = setTimeout(see, failed.wait * 1000);
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stopping.abort();
    };
    // `wanted` says all of what is looked for.
  }, [wanted, session, again]);
  return look;
}
