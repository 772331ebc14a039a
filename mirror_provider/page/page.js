// Shows /received, newest first, and asks again every second. Text goes in through textContent only, so that a prompt
// holding HTML is shown and never run.
"use strict";

const EVERY_MS = 1000;
const $ = (id) => document.getElementById(id);
let version = null;

function lastUserText(body) {
  const messages = Array.isArray(body?.messages) ? body.messages : [];
  const content = (messages.findLast((message) => message?.role === "user") ?? messages.at(-1))?.content ?? body?.input;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (typeof part === "string" ? part : part?.text ?? "")).join("");
}

function card(sighting) {
  const item = $("sighting").content.cloneNode(true);
  const put = (selector, text) => { item.querySelector(selector).textContent = text; };
  put(".dialect", sighting.dialect);
  put(".model", sighting.body?.model ?? sighting.path);
  put("time", new Date(sighting.at).toLocaleTimeString());
  put(".said", lastUserText(sighting.body));
  put(".body", typeof sighting.body === "string" ? sighting.body : JSON.stringify(sighting.body, null, 2));
  const headers = Object.entries(sighting.headers).map(([name, value]) => `${name}: ${value}`);
  put(".headers", [sighting.path, "", ...headers].join("\n"));
  return item.firstElementChild;
}

// Cards that are already on the page stay where they are, so that what a person opened stays open.
function show(sightings) {
  const list = $("received");
  const before = new Map([...list.children].map((item) => [item.dataset.at, item]));
  const items = sightings.map((sighting) => {
    const known = before.get(sighting.at);
    if (known) return known;
    const item = card(sighting);
    item.dataset.at = sighting.at;
    return item;
  });
  list.replaceChildren(...items);
  $("nothing").hidden = items.length > 0;
}

function say(text, away = false) {
  $("status").textContent = text;
  $("status").classList.toggle("away", away);
}

async function ask() {
  try {
    const reply = await fetch("/received", { headers: version ? { "If-None-Match": version } : {}, cache: "no-store" });
    if (reply.status === 200) {
      version = reply.headers.get("ETag");
      show(await reply.json());
    }
    say("live");
  } catch {
    say("the mirror is away", true);
  }
}

async function poll() {
  if (!document.hidden) await ask();
  setTimeout(poll, EVERY_MS);
}

$("empty").addEventListener("click", async () => {
  await fetch("/received", { method: "DELETE" }).catch(() => undefined);
  await ask();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
poll();
