// One turn: what was asked, what was answered, and what was done for it.
import { Prose } from "./Prose";
import { Sent } from "./Leaving";
import { Told } from "./Told";
import type { Turn } from "./turns";
import { Wrong } from "./Wrong";

interface Props {
  turn: Turn;
  isFirst: boolean;
  onAgain?: () => void;
  onNewSession: () => void;
  onSignIn: () => void;
}

export function TurnView({ turn, isFirst, ...mend }: Props) {
  const isAsShown = turn.reply === null || turn.reply.privacy.obfuscated === turn.left?.obfuscated;
  return (
    <article className="turn">
      <div className="asked">
        <h2 className="unseen">You</h2>
        <p>{turn.prompt}</p>
        {turn.left && isAsShown && (
          <details>
            <summary>What left</summary>
            <Sent prompt={turn.prompt} preview={turn.left} />
          </details>
        )}
      </div>
      <div className="answered">
        <h2 className="unseen">{turn.model}</h2>
        <Prose text={turn.answer} />
        {turn.state === "coming" && (
          <p className="coming">
            <span className="unseen">The answer is on its way.</span>
          </p>
        )}
        {turn.state === "stopped" && <p className="faint">Stopped. The model will not know of this turn.</p>}
        {turn.trouble && <Wrong trouble={turn.trouble} {...mend} />}
        {turn.state === "whole" && <Told turn={turn} isFirst={isFirst} />}
      </div>
    </article>
  );
}
