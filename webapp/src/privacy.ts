// What is asked for of privacy, and the least that the operator lets it be. Pure.

export const LEVELS = [false, "format", "quasi", "rewrite"] as const;
export type Level = (typeof LEVELS)[number];

export const MOST_DECOYS = 8;

export interface Privacy {
  pii_removal: boolean;
  obfuscate: Level;
  decoy: number;
  pad: boolean;
  give: boolean;
}

export type Least = Omit<Privacy, "give">;

export const USUAL: Privacy = { pii_removal: true, obfuscate: false, decoy: 0, pad: false, give: false };

/** What will be done where `asked` is asked for: never less than `least`. */
export function raised(asked: Privacy, least: Least): Privacy {
  return {
    pii_removal: asked.pii_removal || least.pii_removal,
    obfuscate: below(asked.obfuscate, least.obfuscate) ? least.obfuscate : asked.obfuscate,
    decoy: Math.max(asked.decoy, least.decoy),
    pad: asked.pad || least.pad,
    give: asked.give,
  };
}

/** Whether the first level softens less than the second. */
export function below(one: Level, other: Level): boolean {
  return LEVELS.indexOf(one) < LEVELS.indexOf(other);
}
