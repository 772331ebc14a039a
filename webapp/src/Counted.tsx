// How many values of each kind.
import type { Counts } from "./api";
import { kindWords, shade } from "./kinds";

export function Counted({ counts }: { counts: Counts }) {
  const rows = Object.entries(counts);
  if (rows.length === 0) return null;
  return (
    <ul className="counted" aria-label="Hidden">
      {rows.map(([kind, count]) => (
        <li key={kind} className={shade(kind)}>
          {kindWords(kind)} <b>{count}</b>
        </li>
      ))}
    </ul>
  );
}
