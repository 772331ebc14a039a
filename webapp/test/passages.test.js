import assert from "node:assert/strict";
import { test } from "node:test";
import { passages } from "../node_modules/.tested/passages.js";

const span = (start, end, surrogate) => ({ start, end, surrogate, kind: "PERSON", explanation: "" });
const shown = (prompt, preview) => passages(prompt, preview).map(({ text, span: of }) => (of ? [text] : text));

test("a stand-in is marked where it stands, though the same word is written elsewhere", () => {
  const preview = { text: "Ida 🙂 met Ida.", spans: [span(10, 13, "Ida")], obfuscated: false };
  assert.deepEqual(shown("Ida 🙂 met Eva.", { ...preview, spans: [span(10, 13, "Ida")] }), [
    "Ida 🙂 met ",
    ["Ida"],
    ".",
  ]);
});

test("in a softened text the stand-ins are found in their order", () => {
  const preview = { text: "Call Ida and Bo.", spans: [span(17, 20, "Bo"), span(9, 12, "Ida")], obfuscated: "format" };
  assert.deepEqual(shown("pls call Eva and Max!!!", preview), ["Call ", ["Ida"], " and ", ["Bo"], "."]);
});

test("whatever the spans say, all of the text that leaves is shown", () => {
  for (const spans of [[], [span(0, 99, "x")], [span(0, 2, null)], [span(3, 5, "zz"), span(1, 4, "y")]]) {
    for (const obfuscated of [false, "format"]) {
      const text = "what leaves y";
      const cut = passages("what I wrote", { text, spans, obfuscated });
      assert.equal(cut.map((each) => each.text).join(""), text);
    }
  }
});

test("of a text that is blocked nothing is shown", () => {
  assert.deepEqual(passages("x", { text: null, spans: [span(0, 1, null)], obfuscated: false }), []);
});
