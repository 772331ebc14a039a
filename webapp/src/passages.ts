// The text that leaves, cut into what stands in for a value and what is as it was written. Pure.
import type { Preview, Span } from "./api";

export interface Passage {
  text: string;
  /** What it stands in for; null for everything else. */
  span: Span | null;
}

/**
 * Where nothing else was done to it, the spans say where each surrogate stands. A softened text has moved: there they
 * are looked for in their order, since softening leaves surrogates as they are.
 */
export function passages(prompt: string, preview: Preview): Passage[] {
  if (preview.text === null) return [];
  const spans = [...preview.spans].sort((one, other) => one.start - other.start);
  return (preview.obfuscated === false ? byPlace(prompt, preview.text, spans) : null) ?? bySight(preview.text, spans);
}

function byPlace(prompt: string, text: string, spans: Span[]): Passage[] | null {
  const points = [...prompt];
  const found: Passage[] = [];
  let at = 0;
  for (const span of spans) {
    if (span.surrogate === null || span.start < at) return null;
    found.push({ text: points.slice(at, span.start).join(""), span: null }, { text: span.surrogate, span });
    at = span.end;
  }
  found.push({ text: points.slice(at).join(""), span: null });
  return found.map((each) => each.text).join("") === text ? some(found) : null;
}

function bySight(text: string, spans: Span[]): Passage[] {
  const found: Passage[] = [];
  let at = 0;
  for (const span of spans) {
    const seen = span.surrogate ? text.indexOf(span.surrogate, at) : -1;
    if (span.surrogate === null || seen < 0) continue;
    found.push({ text: text.slice(at, seen), span: null }, { text: span.surrogate, span });
    at = seen + span.surrogate.length;
  }
  found.push({ text: text.slice(at), span: null });
  return some(found);
}

const some = (found: Passage[]) => found.filter((each) => each.text !== "");
