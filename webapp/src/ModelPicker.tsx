// Chooses a model: one of the list, or, where a provider takes any name, one by its name.
import { useState } from "react";
import type { Choices } from "./api";
import { byProvider, selectable } from "./models";

interface Props {
  id: string;
  choices: Choices;
  model: string;
  onModel: (model: string) => void;
}

export function ModelPicker({ id, choices, model, onModel }: Props) {
  const listed = selectable(choices);
  const [named, setNamed] = useState<string | null>(null);
  if (listed.length === 0 && choices.any_of.length === 0) {
    return (
      <p className="notice">
        No model has a key yet. The operator adds one to <code>api_keys.csv</code>.
      </p>
    );
  }
  const choose = (value: string) => {
    const provider = value.endsWith("/*") ? value.slice(0, -1) : null;
    setNamed(provider);
    onModel(provider === null ? value : "");
  };
  return (
    <div className="picker">
      <select id={id} value={named === null ? model : `${named}*`} onChange={(event) => choose(event.target.value)}>
        {model === "" && named === null && <option value="">Choose a model</option>}
        {byProvider(listed).map(([provider, models]) => (
          <optgroup key={provider} label={provider}>
            {models.map(({ id: value, status }) => (
              <option key={value} value={value}>
                {value}
                {status === "ready" || status === "unknown" ? "" : ` (${status})`}
              </option>
            ))}
          </optgroup>
        ))}
        {choices.any_of.map((provider) => (
          <option key={provider} value={`${provider}/*`}>
            Another of {provider}…
          </option>
        ))}
      </select>
      {named !== null && (
        <input
          aria-label={`Name of a model of ${named.slice(0, -1)}`}
          placeholder="name of the model"
          autoFocus
          onChange={(event) => onModel(event.target.value.trim() && named + event.target.value.trim())}
        />
      )}
    </div>
  );
}
