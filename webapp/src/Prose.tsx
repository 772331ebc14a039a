// An answer as text, fenced code set apart. Never HTML: what a model writes is shown, and nothing of it is run.
import { useMemo } from "react";
import { blocks } from "./blocks";

export function Prose({ text }: { text: string }) {
  const found = useMemo(() => blocks(text), [text]);
  return (
    <div className="prose">
      {found.map(({ code, language, text: block }, number) =>
        code ? (
          <pre key={number} tabIndex={0} aria-label={language ? `Code, ${language}` : "Code"}>
            <code>{block}</code>
          </pre>
        ) : (
          <p key={number}>{block}</p>
        ),
      )}
    </div>
  );
}
