// The line under an answer: what was hidden, what went along, who served.
import { Counted } from "./Counted";
import type { Turn } from "./turns";
import { levelWords, reasonWords } from "./words";

export function Told({ turn, isFirst }: { turn: Turn; isFirst: boolean }) {
  const { reply, padded, asked, model } = turn;
  if (reply === null) return null;
  const { entities, obfuscated, obfuscated_reason, decoys, decoys_reason } = reply.privacy;
  const fewer = reasonWords(decoys_reason);
  const less = reasonWords(obfuscated_reason);
  const said = [
    obfuscated !== false && `${levelWords(obfuscated)} softened`,
    less && `softened less: ${less}`,
    decoys > 0 && (decoys === 1 ? "1 decoy went along" : `${decoys} decoys went along`),
    fewer && `fewer decoys: ${fewer}`,
    padded && "padded",
    reply.finish_reason === "length" && "cut at the model's limit",
    reply.trimmed_turns && `${reply.trimmed_turns} earlier turns did not fit`,
    reply.rebound && "another endpoint took over",
    model,
    `endpoint ${reply.endpoint_id}`,
  ].filter(Boolean);
  const hidden =
    Object.keys(entities).length === 0
      ? asked.pii_removal
        ? "nothing private found"
        : "values were not hidden"
      : isFirst
        ? "hidden:"
        : "hidden, with earlier turns:";
  return (
    <div className="told" aria-label="What was done">
      <span>{hidden}</span>
      <Counted counts={entities} />
      {said.map((each) => (
        <span key={String(each)}>{each}</span>
      ))}
    </div>
  );
}
