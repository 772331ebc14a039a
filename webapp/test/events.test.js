import assert from "node:assert/strict";
import { test } from "node:test";
import { Events } from "../node_modules/.tested/events.js";

const STREAM =
  ': padding\n\ndata: {"a":1}\n\n\ndata: {"b":"ü 🙂"}\r\n\r\n:   \ndata:one\ndata: two\n\ndata: [DONE]\n\n';
const EVENTS = ['{"a":1}', '{"b":"ü 🙂"}', "one\ntwo", "[DONE]"];

test("the events are the same wherever the stream is cut", () => {
  for (let one = 0; one <= STREAM.length; one++) {
    for (let other = one; other <= STREAM.length; other++) {
      const events = new Events();
      const parts = [STREAM.slice(0, one), STREAM.slice(one, other), STREAM.slice(other)];
      assert.deepEqual(
        parts.flatMap((part) => events.feed(part)),
        EVENTS,
      );
    }
  }
});

test("what is not whole is no event yet", () => {
  assert.deepEqual(new Events().feed('data: {"a":1}\n'), []);
});
