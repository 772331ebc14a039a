// An answer's text cut into prose and fenced code, so that code can be shown as such. Pure; what comes out is text.

export interface Block {
  code: boolean;
  language: string;
  text: string;
}

/** A fence that is not closed yet is code up to the end: more of it is on its way. */
export function blocks(text: string): Block[] {
  const found: Block[] = [];
  let open: { fence: string; language: string } | null = null;
  let lines: string[] = [];
  const close = () => {
    const joined = lines.join("\n");
    if (open !== null || joined.trim() !== "") {
      found.push({
        code: open !== null,
        language: open?.language ?? "",
        text: open ? joined : joined.replace(/^\n+|\n+$/g, ""),
      });
    }
    lines = [];
  };
  for (const line of text.split("\n")) {
    const fence = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]*)\s*$/.exec(line);
    if (open === null && fence?.[1]) {
      close();
      open = { fence: fence[1], language: fence[2] ?? "" };
    } else if (open !== null && fence?.[1]?.startsWith(open.fence) && fence[2] === "") {
      close();
      open = null;
    } else {
      lines.push(line);
    }
  }
  close();
  return found;
}
