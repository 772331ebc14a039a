// The top of the page: which model is asked, and how to begin anew, end and leave.
import { useId } from "react";
import type { Choices } from "./api";
import { Logo } from "./Logo";
import { ModelPicker } from "./ModelPicker";

interface Props {
  choices: Choices;
  model: string;
  onModel: (model: string) => void;
  onNewChat: () => void;
  onEnd: (() => void) | null;
  onSignOut: (() => void) | null;
}

export function Header({ choices, model, onModel, onNewChat, onEnd, onSignOut }: Props) {
  const picker = useId();
  return (
    <header>
      <div className="name">
        <Logo />
        <h1>LLM VPN</h1>
      </div>
      <label htmlFor={picker} className="unseen">
        Model
      </label>
      <ModelPicker id={picker} choices={choices} model={model} onModel={onModel} />
      <nav aria-label="Session">
        <button type="button" onClick={onNewChat}>
          New chat
        </button>
        {onEnd && (
          <button type="button" className="plain" onClick={onEnd}>
            End session
          </button>
        )}
        {onSignOut && (
          <button type="button" className="plain" onClick={onSignOut}>
            Sign out
          </button>
        )}
        <a className="faint" href="docs">
          API
        </a>
      </nav>
    </header>
  );
}
