// The page: a sign-in where a token is needed, then the chat, which stays as it is while somebody signs in again.
import { useCallback, useEffect, useRef, useState } from "react";
import { type Choices, Refused, choices, isSignedIn } from "./api";
import { Chat } from "./Chat";
import { useSession } from "./conversation";
import { areUnknown } from "./models";
import { SignIn } from "./SignIn";
import { type Trouble, trouble } from "./trouble";
import { Wrong } from "./Wrong";

const AWAY: Trouble = {
  says: "The key server does not answer, so nothing can be asked now.",
  todo: "again",
  wait: null,
  requestId: null,
};

export function Page() {
  const session = useSession();
  const [found, setFound] = useState<{ choices: Choices; isSignedIn: boolean } | null>(null);
  const [wrong, setWrong] = useState<Trouble | null>(null);
  const [isAway, setAway] = useState(false);
  const looking = useRef(false);

  const look = useCallback(async () => {
    if (looking.current) return;
    looking.current = true;
    setWrong(null);
    try {
      const there = await choices();
      setAway(false);
      if (areUnknown(there)) setWrong(AWAY);
      else setFound({ choices: there, isSignedIn: isSignedIn() });
    } catch (error) {
      if (error instanceof Refused && error.status === 401) setAway(true);
      else setWrong(trouble(error));
    } finally {
      looking.current = false;
    }
  }, []);
  useEffect(() => void look(), [look]);

  const leave = useCallback(() => {
    setFound(null);
    setAway(true);
  }, []);
  const signInAgain = useCallback(() => setAway(true), []);

  return (
    <>
      {isAway && (
        <SignIn
          onSignedIn={(id) => {
            session.take(id);
            void look();
          }}
        />
      )}
      {wrong && (
        <main className="alone">
          <Wrong trouble={wrong} onAgain={look} />
        </main>
      )}
      {found && (
        <div className="chat" hidden={isAway}>
          <Chat
            choices={found.choices}
            isSignedIn={found.isSignedIn}
            session={session}
            onSignedOut={leave}
            onSignIn={signInAgain}
          />
        </div>
      )}
    </>
  );
}
