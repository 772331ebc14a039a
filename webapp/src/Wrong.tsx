// What went wrong, and the button that mends it.
import { useEffect, useState } from "react";
import type { Trouble } from "./trouble";

interface Props {
  trouble: Trouble;
  onAgain?: () => void;
  onNewSession?: () => void;
  onSignIn?: () => void;
}

export function Wrong({ trouble, onAgain, onNewSession, onSignIn }: Props) {
  const left = useCountdown(trouble);
  return (
    <div className="wrong" role="alert">
      <p>
        {trouble.says} {trouble.requestId && <span className="faint">({trouble.requestId})</span>}
      </p>
      {trouble.todo === "again" && onAgain && (
        <button type="button" onClick={onAgain} disabled={left > 0}>
          {left > 0 ? `Try again in ${left} s` : "Try again"}
        </button>
      )}
      {trouble.todo === "new session" && onNewSession && (
        <button type="button" onClick={onNewSession}>
          New chat
        </button>
      )}
      {trouble.todo === "sign in" && onSignIn && (
        <button type="button" onClick={onSignIn}>
          Sign in
        </button>
      )}
    </div>
  );
}

function useCountdown(trouble: Trouble): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const until = Date.now() + (trouble.wait ?? 0) * 1000;
    const count = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    count();
    const timer = setInterval(count, 500);
    return () => clearInterval(timer);
  }, [trouble]);
  return left;
}
