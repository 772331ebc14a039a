// Renders openapi.json. Everything is put in as text, never as HTML.
const element = (name, ...children) => {
  const made = document.createElement(name);
  made.append(...children.filter(Boolean));
  return made;
};

const operation = (path, method, said) => {
  const body = said.requestBody?.content?.["application/json"]?.schema;
  return element(
    "details",
    element("summary", element("b", method.toUpperCase()), element("code", path), said.summary ?? ""),
    element(
      "div",
      said.description && element("p", said.description),
      body && element("p", "Body:"),
      body && element("pre", JSON.stringify(body, null, 2)),
    ),
  );
};

const api = await (await fetch("openapi.json")).json();
document.querySelector("#about").textContent = api.info.description;
const groups = new Map();
for (const [path, methods] of Object.entries(api.paths))
  for (const [method, said] of Object.entries(methods)) {
    const tag = said.tags?.[0] ?? "other";
    groups.set(tag, [...(groups.get(tag) ?? []), operation(path, method, said)]);
  }
for (const [tag, operations] of groups) document.querySelector("main").append(element("h2", tag), ...operations);
