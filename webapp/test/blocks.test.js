import assert from "node:assert/strict";
import { test } from "node:test";
import { blocks } from "../node_modules/.tested/blocks.js";

const shown = (text) => blocks(text).map(({ code, language, text: block }) => (code ? [language, block] : block));

test("fenced code is set apart, and nothing else is changed", () => {
  assert.deepEqual(shown("One\n\n```py\nx = '```'\n\n```\nTwo `y`\n~~~\n```\n~~~"), [
    "One",
    ["py", "x = '```'\n"],
    "Two `y`",
    ["", "```"],
  ]);
});

test("code whose end has not come yet is code", () => {
  assert.deepEqual(shown("See:\n```\nx"), ["See:", ["", "x"]]);
});

test("three ticks within a line are no fence", () => {
  assert.deepEqual(shown("a ```b``` c\n```d``` e"), ["a ```b``` c\n```d``` e"]);
});
