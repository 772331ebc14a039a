// Where a person writes, and beside it what would leave.
// No spelling is checked: some browsers have their vendor do it. For the same reason index.html wants no translation.
import { type KeyboardEvent, type ReactNode, type RefObject, useId } from "react";
import { Leaving } from "./Leaving";
import type { Look } from "./looking";
import type { Privacy } from "./privacy";

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  onText: (text: string) => void;
  onSend: () => void;
  onStop: () => void;
  isComing: boolean;
  canSend: boolean;
  look: Look;
  isFresh: boolean;
  stateless: boolean;
  asked: Privacy;
  mend: { onAgain: () => void; onNewSession: () => void; onSignIn: () => void };
  children: ReactNode;
}

export function Composer(props: Props) {
  const { field, text, onText, onSend, onStop, isComing, canSend, look, isFresh, stateless, asked, mend, children } =
    props;
  const [prompt, hint] = [useId(), useId()];

  function press(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onSend();
  }

  return (
    <footer>
      <form
        className="card composer"
        onSubmit={(event) => {
          event.preventDefault();
          onSend();
        }}
      >
        <div className="panes">
          <div className="pane">
            <label htmlFor={prompt}>You write</label>
            <textarea
              ref={field}
              id={prompt}
              value={text}
              rows={4}
              spellCheck={false}
              autoComplete="off"
              placeholder="Ask anything"
              aria-describedby={hint}
              onChange={(event) => onText(event.target.value)}
              onKeyDown={press}
            />
          </div>
          <Leaving
            look={look}
            isFresh={isFresh}
            isEmpty={text.trim() === ""}
            stateless={stateless}
            asked={asked}
            mend={mend}
          />
        </div>
        <div className="foot">
          {children}
          <div className="send">
            <span id={hint} className="faint hint">
              Enter sends, Shift + Enter begins a line
            </span>
            {isComing ? (
              <button type="button" className="main" onClick={onStop}>
                Stop
              </button>
            ) : (
              <button className="main" disabled={!canSend}>
                Send
              </button>
            )}
          </div>
        </div>
      </form>
    </footer>
  );
}
