// Draws openapi.json. Nothing else is loaded, and nothing that it says is taken for HTML.
"use strict";

/** An element; attributes that are functions are listeners. */
function el(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** Paragraphs with `code` and **bold**, which is all the markdown there is. */
function prose(text) {
  return (text ?? "").split("\n\n").filter(Boolean).map((paragraph) => el("p", {}, words(paragraph)));
}

function words(text) {
  return (text ?? "").split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((piece) => {
    if (piece.startsWith("`")) return el("code", {}, piece.slice(1, -1));
    if (piece.startsWith("**")) return el("strong", {}, piece.slice(2, -2));
    return piece;
  });
}

let api = {};

function resolve(value) {
  if (!value?.$ref) return value;
  const found = value.$ref.slice(2).split("/").reduce((place, name) => place?.[name], api);
  const { $ref, ...beside } = value;
  return { ...found, ...beside, schemaName: $ref.split("/").pop() };
}

// Schemas

/** A schema with null among its kinds, as the other kind and whether it may be null. */
function withoutNull(schema) {
  const kinds = [schema.type ?? []].flat();
  const choices = schema.anyOf?.filter((choice) => choice.type !== "null");
  if (kinds.includes("null") && kinds.length > 1) {
    const rest = kinds.filter((kind) => kind !== "null");
    const { enum: values, ...others } = schema;
    const known = values ? { enum: values.filter((value) => value !== null) } : {};
    return { schema: { ...others, ...known, type: rest[0] }, isNullable: true };
  }
  if (choices && choices.length === 1 && schema.anyOf.length === 2) {
    const { anyOf, ...beside } = schema;
    return { schema: { ...resolve(choices[0]), ...beside }, isNullable: true };
  }
  return { schema, isNullable: false };
}

/** All members that a schema names, its own and those of what it is made of. */
function members(schema) {
  const parts = (schema.allOf ?? []).map(resolve).map(members);
  return {
    properties: Object.assign({}, ...parts.map((part) => part.properties), schema.properties),
    required: [...parts.flatMap((part) => part.required), ...(schema.required ?? [])],
  };
}

/** What a schema is, in a few words. */
function kind(given) {
  const { schema, isNullable } = withoutNull(resolve(given) ?? {});
  const choices = (schema.anyOf ?? []).filter((choice) => choice.$ref || choice.type);
  const one = () => {
    if (schema.const !== undefined) return JSON.stringify(schema.const);
    if (schema.enum) return schema.enum.join(" | ");
    if (schema.type === "array") return `array of ${kind(schema.items)}`;
    if (Object.keys(members(schema).properties).length) return schema.schemaName ?? "object";
    if (choices.length) return choices.map(kind).join(" or ");
    return schema.format ?? schema.type ?? "anything";
  };
  return isNullable ? `${one()} or null` : one();
}

function bounds(given) {
  const { schema } = withoutNull(resolve(given) ?? {});
  const range = (least, most, unit) => {
    if (least !== undefined && most !== undefined) return [`${least} to ${most}${unit}`];
    if (most !== undefined) return [`at most ${most}${unit}`];
    return least !== undefined ? [`at least ${least}${unit}`] : [];
  };
  return [
    ...range(schema.minLength, schema.maxLength, " bytes"), ...range(schema.minimum, schema.maximum, ""),
    ...range(schema.minItems, schema.maxItems, " elements"),
    ...(schema.pattern ? [`matches ${schema.pattern}`] : []),
    ...(schema.default !== undefined ? [`default ${JSON.stringify(schema.default)}`] : []),
  ];
}

/** What is inside a schema, drawn when it is opened: schemas may be deep. */
function inside(given, depth) {
  const { schema } = withoutNull(resolve(given) ?? {});
  if (schema.type === "array") return inside(schema.items, depth);
  const { properties, required } = members(schema);
  const names = Object.keys(properties);
  if (names.length) {
    const list = () => el("ul", { class: "members" },
      names.map((name) => member(name, properties[name], required.includes(name), depth + 1)));
    return depth === 0 ? [list()] : [opening(schema.schemaName ?? "members", list)];
  }
  const values = schema.additionalProperties;
  if (values && typeof values === "object") return [el("span", { class: "kind" }, ` each: ${kind(values)} `), ...inside(values, depth)];
  const named = new Map((schema.anyOf ?? []).map((choice) => resolve(choice).items ?? choice).map((choice) => [choice.$ref, choice]));
  named.delete(undefined);
  return [...named.values()].flatMap((choice) => inside(choice, Math.max(depth, 1)));
}

function opening(title, content) {
  const box = el("details", { class: "more", toggle: () => { if (box.children.length === 1) box.append(content()); } },
    el("summary", {}, title));
  return box;
}

function member(name, schema, isRequired, depth) {
  const limits = bounds(schema);
  const resolved = resolve(schema) ?? {};
  return el("li", {},
    el("code", {}, name), " ", el("span", { class: "kind" }, isRequired ? kind(schema) : kind(schema).replace(/ or null$/, "")), " ",
    isRequired ? el("span", { class: "needed" }, "required ") : null,
    limits.length ? el("span", { class: "bounds" }, `${limits.join(", ")} `) : null,
    resolved.description ? el("div", { class: "about" }, words(resolved.description)) : null,
    inside(schema, depth));
}

// Operations

function curl(operation, body) {
  const parameters = (operation.parameters ?? []).map(resolve);
  const path = parameters.filter((parameter) => parameter.in === "path").reduce(
    (text, parameter) => text.replace(`{${parameter.name}}`, encodeURIComponent(parameter.example ?? "")), operation.path);
  const base = new URL(".", location.href).href.replace(/\/$/, "");
  const lines = [`curl -X ${operation.method.toUpperCase()} '${base}${path}'`];
  if (operation["x-scope"]) lines.push(`-H "Authorization: Bearer $BELFRY_KEY"`);
  if (operation["x-scope"] === "stream") lines[0] += " -N";
  if (body !== undefined) {
    lines.push("-H 'Content-Type: application/json'");
    lines.push(`-d '${JSON.stringify(body, null, 2).replaceAll("'", "'\\''")}'`);
  }
  return lines.join(" \\\n  ");
}

function example(operation, title, body) {
  const text = curl(operation, body);
  const code = el("pre", { tabindex: "0" }, text);
  const button = el("button", { type: "button", click: () => copy(text, code, button) }, "Copy as curl");
  return [el("p", {}, title), el("div", { class: "example" }, code, button)];
}

/** Without https there is no clipboard: then the text is selected, to be copied by hand. */
async function copy(text, code, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy as curl"; }, 1500);
  } catch {
    getSelection().selectAllChildren(code);
  }
}

function part(title, ...content) {
  return content.flat(Infinity).length ? [el("h3", {}, title), ...content] : [];
}

/** What an answer looks like, or each of those that it may be. */
function samples(given) {
  const choices = resolve(given).anyOf ?? [given];
  return choices.map(resolve).filter((choice) => choice.example !== undefined).map((choice) =>
    [el("p", {}, `For example, ${choice.schemaName}:`), el("pre", { tabindex: "0" }, JSON.stringify(choice.example, null, 2))]);
}

function answer(status, given) {
  const response = resolve(given);
  const contents = Object.entries(response.content ?? {});
  const codes = contents.flatMap(([, content]) => content.schema?.properties?.code?.enum ?? []);
  const title = [el("span", { class: "status" }, status), words(response.description)];
  if (codes.length) {
    const list = codes.map((code) => [el("code", {}, code), " "]);
    return el("div", { class: "answer" }, title, " ", list);
  }
  const detail = contents.map(([type, content]) => [el("p", { class: "kind" }, `${type} · ${kind(content.schema ?? {})}`),
    samples(content.schema ?? {}), inside(content.schema ?? {}, 0)]);
  if (!detail.length) return el("div", { class: "answer" }, title);
  return el("details", { class: "answer" }, el("summary", {}, title), detail);
}

function content(operation) {
  const parameters = (operation.parameters ?? []).map(resolve);
  const body = operation.requestBody?.content?.["application/json"];
  const examples = Object.values(body?.examples ?? {});
  return el("div", {}, prose(operation.description),
    part("Parameters", parameters.length ? el("ul", { class: "members" }, parameters.map((parameter) =>
      member(parameter.name, { ...resolve(parameter.schema), description: `${parameter.description} (${parameter.in})` },
        parameter.required, 1))) : []),
    part("Body", body ? inside(body.schema, 0) : []),
    part("Examples", examples.length ? examples.map((one) => example(operation, one.summary, one.value))
      : example(operation, "", undefined).slice(1)),
    part("Answers", Object.entries(operation.responses).map(([status, response]) => answer(status, response))));
}

function draw(operation) {
  const box = el("details", { class: "operation", id: operation.operationId, toggle: () => {
    if (box.open && box.children.length === 1) box.append(content(operation));
  } }, el("summary", {},
    el("span", { class: `method ${operation.method}` }, operation.method.toUpperCase()),
    el("span", { class: "path" }, operation.path), el("span", { class: "says" }, operation.summary),
    el("span", { class: "scope" }, operation["x-scope"] ? `scope ${operation["x-scope"]}` : "no key")));
  return box;
}

// The page

function operations() {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, path, method })));
}

function show(query) {
  const wanted = query.trim().toLowerCase();
  const isWanted = (operation) => [operation.path, operation.method, operation.summary, operation["x-scope"] ?? ""]
    .join(" ").toLowerCase().includes(wanted);
  const found = operations().filter(isWanted);
  const groups = api.tags.map((tag) => ({ ...tag, found: found.filter((operation) => operation.tags.includes(tag.name)) }))
    .filter((group) => group.found.length);
  document.getElementById("contents").replaceChildren(...groups.map((group) => el("section", {}, el("h2", {}, group.name),
    el("ul", {}, group.found.map((operation) => el("li", {}, el("a", { href: `#${operation.operationId}` }, operation.summary)))))));
  document.getElementById("operations").replaceChildren(...groups.map((group) => el("section", {}, el("h2", {}, group.name),
    prose(group.description), group.found.map(draw))), found.length ? "" : el("p", {}, "Nothing is called so."));
}

function openNamed() {
  const box = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (box?.tagName !== "DETAILS") return;
  box.open = true;
  box.scrollIntoView();
}

async function start() {
  const response = await fetch("openapi.json");
  if (!response.ok) throw new Error(`openapi.json was answered with ${response.status}.`);
  api = await response.json();
  document.getElementById("about").replaceChildren(
    el("h1", {}, `${api.info.title} ${api.info.version}`), ...prose(api.info.description),
    el("p", {}, "The same for programs: ", el("a", { href: "openapi.json" }, "openapi.json")));
  show("");
  openNamed();
  addEventListener("hashchange", openNamed);
  document.getElementById("filter").addEventListener("input", (event) => show(event.target.value));
}

start().catch((error) => document.getElementById("operations").replaceChildren(el("p", {}, String(error.message ?? error))));
