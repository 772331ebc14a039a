// What would leave: the text with stand-ins in place of values, and how many of which kind.
import { useId } from "react";
import type { Preview } from "./api";
import { Counted } from "./Counted";
import { kindWords, shade } from "./kinds";
import type { Look } from "./looking";
import { passages } from "./passages";
import type { Privacy } from "./privacy";
import { levelWords, reasonWords } from "./words";
import { Wrong } from "./Wrong";

interface Props {
  look: Look;
  isFresh: boolean;
  isEmpty: boolean;
  stateless: boolean;
  asked: Privacy;
  mend: { onAgain: () => void; onNewSession: () => void; onSignIn: () => void };
}

export function Leaving({ look, isFresh, isEmpty, stateless, asked, mend }: Props) {
  const name = useId();
  const { preview, trouble } = look;
  return (
    <section className="pane leaving" aria-labelledby={name} aria-busy={!isFresh && !isEmpty}>
      <h2 id={name}>What leaves</h2>
      {isEmpty && <p className="faint">Nothing yet. As you write, this shows what the provider would see.</p>}
      {!isEmpty && preview === null && trouble === null && <p className="faint">Looking…</p>}
      {!isEmpty && trouble && <Wrong trouble={trouble} {...mend} />}
      {!isEmpty && preview && (
        <div className={isFresh ? "shown" : "shown old"}>
          <Sent prompt={look.text} preview={preview} />
        </div>
      )}
      <div className="sum" role="status">
        {!isEmpty && preview && isFresh && <Sum preview={preview} stateless={stateless} asked={asked} />}
      </div>
    </section>
  );
}

/** The text as a provider sees it. */
export function Sent({ prompt, preview }: { prompt: string; preview: Preview }) {
  if (preview.text === null) {
    return (
      <p className="wrong">Nothing: the policy blocks what is in it ({preview.blocked.map(kindWords).join(", ")}).</p>
    );
  }
  return (
    <p className="sent">
      {passages(prompt, preview).map(({ text, span }, number) =>
        span === null ? (
          text
        ) : (
          <mark key={number} className={shade(span.kind)} title={`${kindWords(span.kind)}: ${span.explanation}`}>
            {text}
          </mark>
        ),
      )}
    </p>
  );
}

function Sum({ preview, stateless, asked }: { preview: Preview; stateless: boolean; asked: Privacy }) {
  const hides = asked.pii_removal;
  const decoys = reasonWords(preview.decoys_reason);
  return (
    <>
      {!hides && <span className="wrong">Values are not hidden.</span>}
      {hides && Object.keys(preview.entities).length === 0 && <span>Nothing in it was found to be private.</span>}
      <Counted counts={preview.entities} />
      {preview.obfuscated !== false && <span>{levelWords(preview.obfuscated)} softened</span>}
      {asked.obfuscate === "rewrite" && preview.obfuscated !== "rewrite" && (
        <span>The wording is changed when it is sent, where a model rewrites here.</span>
      )}
      {preview.decoys > 0 && <span>{preview.decoys === 1 ? "1 decoy" : `${preview.decoys} decoys`} beside it</span>}
      {decoys && <span>fewer decoys: {decoys}</span>}
      {stateless && hides && <span className="faint">Other stand-ins are drawn when it is sent.</span>}
    </>
  );
}
