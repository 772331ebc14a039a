// How much privacy is asked for, held to the operator's minimum.
import { type ReactNode, useId } from "react";
import { below, type Least, type Level, LEVELS, MOST_DECOYS, type Privacy } from "./privacy";

interface Props {
  wanted: Privacy;
  least: Least;
  /** Whether hiding is held because the session has hidden something, not by the operator. */
  hasHidden: boolean;
  usualDecoys: number;
  onWanted: (wanted: Privacy) => void;
  stateless: boolean;
  onStateless: ((stateless: boolean) => void) | null;
}

const NAMES: Record<string, string> = {
  false: "as I write",
  format: "typing",
  quasi: "+ exact values",
  rewrite: "+ wording",
};

export function Switches({ wanted, least, hasHidden, usualDecoys, onWanted, stateless, onStateless }: Props) {
  const [soften, softenSays, decoys, decoysSays] = [useId(), useId(), useId(), useId()];
  const set = (change: Partial<Privacy>) => onWanted({ ...wanted, ...change });
  return (
    <details className="switches">
      <summary>
        <b>Privacy</b> <span className="faint">{sum(wanted, stateless)}</span>
      </summary>
      <fieldset>
        <legend className="unseen">Privacy</legend>
        <Switch
          on={wanted.pii_removal}
          held={least.pii_removal}
          onSwitch={(on) => set({ pii_removal: on })}
          {...(hasHidden ? { heldSays: "What was hidden once stays hidden. " } : {})}
          name="Hide private values"
          says="Names, addresses, numbers and keys leave as stand-ins."
        />
        <div className="choice">
          <label htmlFor={soften}>Soften</label>
          <select
            id={soften}
            aria-describedby={softenSays}
            value={String(wanted.obfuscate)}
            onChange={(event) =>
              set({ obfuscate: LEVELS.find((each) => String(each) === event.target.value) as Level })
            }
          >
            {LEVELS.map((level) => (
              <option key={String(level)} value={String(level)} disabled={below(level, least.obfuscate)}>
                {NAMES[String(level)]}
              </option>
            ))}
          </select>
          <p id={softenSays}>
            {held(least.obfuscate !== false)}Your manner of writing: how it is typed, exact ages, dates and amounts,
            wording.
          </p>
        </div>
        <div className="choice">
          <label htmlFor={decoys}>Decoys</label>
          <select
            id={decoys}
            aria-describedby={decoysSays}
            value={wanted.decoy}
            onChange={(event) => set({ decoy: Number(event.target.value) })}
          >
            {Array.from({ length: MOST_DECOYS + 1 }, (_, count) => (
              <option key={count} value={count} disabled={count < least.decoy}>
                {count === 0 ? "none" : count}
                {count === usualDecoys && count > 0 ? " (usual)" : ""}
              </option>
            ))}
          </select>
          <p id={decoysSays}>
            {held(least.decoy > 0)}Covers that go along, so that the provider does not know which is yours.
          </p>
        </div>
        <Switch
          on={wanted.pad}
          held={least.pad}
          onSwitch={(on) => set({ pad: on })}
          name="Pad answers"
          says="Their sizes and times tell nobody on the way what they are."
        />
        <Switch
          on={wanted.give && !stateless}
          held={stateless}
          heldSays="Never from stateless questions. "
          onSwitch={(on) => set({ give: on })}
          name="Give covers"
          says="What leaves of mine may become a decoy of somebody else's."
        />
        <Switch
          on={stateless}
          held={onStateless === null}
          heldSays="Begin a new chat to change it. "
          onSwitch={(on) => onStateless?.(on)}
          name="Stateless"
          says="A new endpoint and new stand-ins for every question; the router remembers nothing."
        />
      </fieldset>
    </details>
  );
}

interface SwitchProps {
  on: boolean;
  held: boolean;
  heldSays?: string;
  onSwitch: (on: boolean) => void;
  name: string;
  says: ReactNode;
}

function Switch({ on, held: isHeld, heldSays, onSwitch, name, says }: SwitchProps) {
  const [box, about] = [useId(), useId()];
  return (
    <div className="choice">
      <input
        id={box}
        type="checkbox"
        role="switch"
        checked={on}
        disabled={isHeld}
        aria-describedby={about}
        onChange={(event) => onSwitch(event.target.checked)}
      />
      <label htmlFor={box}>{name}</label>
      <p id={about}>
        {isHeld ? (heldSays ?? held(true)) : ""}
        {says}
      </p>
    </div>
  );
}

const held = (isHeld: boolean) => (isHeld ? "The operator asks for it. " : "");

function sum({ pii_removal, obfuscate, decoy, pad, give }: Privacy, stateless: boolean): string {
  return [
    pii_removal ? "values hidden" : "values not hidden",
    obfuscate !== false && "softened",
    decoy > 0 && (decoy === 1 ? "1 decoy" : `${decoy} decoys`),
    pad && "padded",
    give && !stateless && "giving",
    stateless && "stateless",
  ]
    .filter(Boolean)
    .join(" · ");
}
