// What the router says in a word, as people say it. Pure.
import type { Level } from "./privacy";

const LEVEL: Record<Exclude<Level, false>, string> = {
  format: "how it is typed",
  quasi: "typing and exact values",
  rewrite: "typing, exact values and wording",
};

const REASON: Record<string, string> = {
  budget_spent: "the budget for decoys is spent",
  store_away: "their store is away",
  no_source: "there are not as many different ones",
  no_endpoint: "no endpoint had room for all",
  too_many: "too many are under way",
  tied: "a value stands in the system prompt too",
  history: "its history holds tool results",
  no_text: "there is no text in it",
  failed: "something failed; the log says what",
  rewrite_unavailable: "no model rewrites here now",
  rewrite_lost_a_value: "the rewriting lost a value",
  rewrite_unfaithful: "the rewriting was not faithful",
};

export function levelWords(level: Level): string {
  return level === false ? "nothing" : LEVEL[level];
}

export function reasonWords(reason: string | undefined): string {
  return reason === undefined ? "" : (REASON[reason] ?? reason.replaceAll("_", " "));
}
