// The chat: what is chosen at the top, the turns, and the composer, which shows what would leave.
import { useEffect, useMemo, useRef, useState } from "react";
import { type Choices, signOut } from "./api";
import { Composer } from "./Composer";
import { type Session, useConversation } from "./conversation";
import { Header } from "./Header";
import { lookFor, useLooking } from "./looking";
import { selectable } from "./models";
import { raised, USUAL } from "./privacy";
import { Switches } from "./Switches";
import { TurnView } from "./TurnView";
import { trouble } from "./trouble";

interface Props {
  choices: Choices;
  session: Session;
  isSignedIn: boolean;
  onSignedOut: () => void;
  onSignIn: () => void;
}

export function Chat({ choices, session, isSignedIn, onSignedOut, onSignIn }: Props) {
  const { turns, ask, stop, takeBack, clear } = useConversation(session);
  const [model, setModel] = useState(() => selectable(choices)[0]?.id ?? "");
  const [wanted, setWanted] = useState(USUAL);
  const [stateless, setStateless] = useState(false);
  const [text, setText] = useState("");
  const [again, setAgain] = useState(0);
  const [notice, setNotice] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const end = useRef<HTMLDivElement>(null);

  const hasHidden = !stateless && turns.some((turn) => turn.asked.pii_removal && turn.state !== "failed");
  const least = useMemo(
    () => ({ ...choices.least, pii_removal: choices.least.pii_removal || hasHidden }),
    [choices, hasHidden],
  );
  const asked = useMemo(
    () => raised({ ...wanted, give: wanted.give && !stateless }, least),
    [wanted, stateless, least],
  );
  const look = useLooking(text, asked, stateless, session, again);
  const isComing = turns.at(-1)?.state === "coming";
  const isFresh = look.of === lookFor(text, asked, stateless);

  const growth = `${turns.length} ${turns.at(-1)?.answer.length ?? 0}`;
  useFollow(end, growth, turns.length);
  useEffect(() => field.current?.focus(), []);

  function send(prompt: string) {
    if (prompt.trim() === "" || isComing || model === "") return;
    setNotice("");
    setText("");
    field.current?.focus();
    void ask({ prompt, model, asked, stateless, left: isFresh && !stateless ? look.preview : null });
  }

  function askAgain() {
    const failed = turns.at(-1);
    if (failed === undefined) return;
    takeBack();
    void ask({ prompt: failed.prompt, model, asked, stateless, left: failed.left });
  }

  async function leave(words: string) {
    const failed = turns.at(-1)?.state === "failed" ? turns.at(-1)?.prompt : "";
    clear();
    setText((now) => now || (failed ?? ""));
    setNotice("");
    field.current?.focus();
    try {
      await session.end();
      setNotice(words);
    } catch (error) {
      const { says, todo } = trouble(error);
      const later = `The session could not be ended now; it ends by itself where nobody uses it. ${says}`;
      setNotice(todo === "new session" ? words : later);
    }
    setAgain((count) => count + 1);
  }

  async function goAway() {
    await leave("");
    try {
      await signOut();
      onSignedOut();
    } catch (error) {
      setNotice(trouble(error).says);
    }
  }

  const mend = { onNewSession: () => void leave(""), onSignIn };
  return (
    <>
      <Header
        choices={choices}
        model={model}
        onModel={setModel}
        onNewChat={() => void leave("")}
        onEnd={stateless ? null : () => void leave("The session has ended. The router keeps nothing of it.")}
        onSignOut={isSignedIn ? () => void goAway() : null}
      />
      <main>
        <div role="log" aria-label="Conversation" aria-busy={isComing}>
          {turns.map((turn, number) => (
            <TurnView
              key={number}
              turn={turn}
              isFirst={number === 0}
              {...mend}
              {...(number === turns.length - 1 ? { onAgain: askAgain } : {})}
            />
          ))}
        </div>
        {turns.length === 0 && (
          <div className="welcome">
            <h2>What would you like to ask?</h2>
            <p>
              Names, addresses, numbers and keys are replaced before anything leaves, and put back in the answer. What
              would leave is shown beside what you write: look before you send.
            </p>
          </div>
        )}
        <p className="notice" role="status">
          {notice}
        </p>
        <div ref={end} />
      </main>
      <Composer
        field={field}
        text={text}
        onText={setText}
        onSend={() => send(text)}
        onStop={() => {
          stop();
          field.current?.focus();
        }}
        isComing={isComing}
        canSend={text.trim() !== "" && model !== ""}
        look={look}
        isFresh={isFresh}
        stateless={stateless}
        asked={asked}
        mend={{ ...mend, onAgain: () => setAgain((count) => count + 1) }}
      >
        <Switches
          wanted={asked}
          least={least}
          hasHidden={hasHidden && !choices.least.pii_removal}
          usualDecoys={choices.usual_decoys}
          onWanted={setWanted}
          stateless={stateless}
          onStateless={turns.length === 0 ? setStateless : null}
        />
      </Composer>
    </>
  );
}

/** Keeps the end in sight while an answer grows, unless the reader has scrolled away; a new turn always comes there. */
function useFollow(end: React.RefObject<HTMLDivElement | null>, growth: string, turns: number) {
  const isNear = useRef(true);
  useEffect(() => {
    const look = () => {
      const { scrollHeight } = document.documentElement;
      isNear.current = scrollHeight - scrollY - innerHeight < 120;
    };
    addEventListener("scroll", look, { passive: true });
    return () => removeEventListener("scroll", look);
  }, []);
  useEffect(() => {
    if (turns > 0) isNear.current = true;
  }, [turns]);
  useEffect(() => {
    if (turns > 0 && isNear.current) scrollTo({ top: document.documentElement.scrollHeight });
  }, [end, growth, turns]);
}
