// Server-sent events out of a stream's text, wherever it is cut. Pure.
// Of the format (WHATWG HTML, 9.2) what the router writes: `data` lines, blank lines, and comments, which pad.

export class Events {
  private rest = "";
  private lines: string[] = [];

  /** The data of each event that is whole now. */
  feed(text: string): string[] {
    const found: string[] = [];
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      const plain = line.endsWith("\r") ? line.slice(0, -1) : line;
      if (plain === "") {
        if (this.lines.length > 0) found.push(this.lines.join("\n"));
        this.lines = [];
      } else if (plain.startsWith("data:")) {
        this.lines.push(plain.slice(plain.startsWith("data: ") ? 6 : 5));
      }
    }
    return found;
  }
}
