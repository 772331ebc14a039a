// Renders openapi.json. Everything is put in as text, never as HTML.
const element = (name, ...children) => {
  const made = document.createElement(name);
  made.append(...children.filter(Boolean));
  return made;
};

const api = await (await fetch("openapi.json")).json();

const follow = (said) =>
  said?.$ref ? follow(said.$ref.slice(2).split("/").reduce((found, name) => found[name], api)) : said;

const shown = (value) => element("pre", typeof value === "string" ? value : JSON.stringify(value, null, 2));

const stream = (events) =>
  events.map((each) => (each.event ? `event: ${each.event}\n` : "") + `data: ${each.data}`).join("\n\n");

const examples = (content) =>
  Object.entries(content ?? {}).flatMap(([kind, media]) =>
    Object.values(media.examples ?? {}).slice(0, 1).flatMap((example) => {
      const value = follow(example).value;
      return [element("p", kind), shown(kind === "text/event-stream" ? stream(value) : value)];
    }),
  );

const reply = ([status, given]) => {
  const said = follow(given);
  return element(
    "details",
    element("summary", element("b", status), said.description),
    element("div", ...examples(said.content)),
  );
};

const operation = (path, method, said) => {
  const body = said.requestBody?.content;
  return element(
    "details",
    element("summary", element("b", method.toUpperCase()), element("code", path), said.summary ?? ""),
    element(
      "div",
      said.description && element("p", said.description),
      ...(said.parameters ?? []).map((each) =>
        element("p", element("code", each.name), ` in the ${each.in}: ${each.description ?? ""}`),
      ),
      body && element("p", "Body:"),
      ...examples(body),
      body && element("details", element("summary", "Its schema"), shown(Object.values(body)[0].schema)),
      element("p", "Answers:"),
      ...Object.entries(said.responses).map(reply),
    ),
  );
};

document.querySelector("#about").textContent = api.info.description;
const groups = new Map();
for (const [path, methods] of Object.entries(api.paths))
  for (const [method, said] of Object.entries(methods)) {
    const tag = said.tags?.[0] ?? "other";
    groups.set(tag, [...(groups.get(tag) ?? []), operation(path, method, said)]);
  }
for (const [tag, operations] of groups) document.querySelector("main").append(element("h2", tag), ...operations);
