// Asks for a token, and exchanges it for a cookie that no script can read. The token is kept nowhere: it is no password
// to the browser, which would offer to keep it.
import { type FormEvent, useId, useRef, useState } from "react";
import { begin } from "./api";
import { Logo } from "./Logo";
import { type Trouble, trouble } from "./trouble";

export function SignIn({ onSignedIn }: { onSignedIn: (session: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<Trouble | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [token, says] = [useId(), useId()];

  async function signIn(event: FormEvent) {
    event.preventDefault();
    const input = field.current;
    if (input === null || isBusy) return;
    setBusy(true);
    setWrong(null);
    try {
      const session = await begin(input.value.trim());
      input.value = "";
      onSignedIn(session);
    } catch (error) {
      setWrong(trouble(error));
      input.select();
      input.focus();
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="alone">
      <form className="card sign-in" onSubmit={signIn}>
        <Logo />
        <h1>Sign in</h1>
        <p id={says}>
          Paste your access token. It is exchanged for a cookie that no script of this page can read, and is kept
          nowhere else.
        </p>
        <label htmlFor={token}>Token</label>
        <input
          ref={field}
          id={token}
          name="token"
          type="text"
          className="covered"
          autoComplete="off"
          spellCheck={false}
          required
          autoFocus
          aria-describedby={says}
          aria-invalid={wrong !== null}
        />
        <p className="wrong" role="alert">
          {wrong?.says}
        </p>
        <button className="main" disabled={isBusy}>
          Sign in
        </button>
        <p className="faint">
          None yet? Your operator prints one with <code>python -m web_server token --subject NAME</code>.
        </p>
      </form>
    </main>
  );
}
