// @ts-check
"use strict";
// In an editor: what is asked, and the editor's answers.

/** @typedef {{kind: string, at?: string, mode: string, new_data: Record<string, string>, changed: string[], full_refresh: boolean, every?: string, jobs?: string[], for?: string, select?: string}} Question */

const WAIT = 250;
const EVERY = ["15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d"];
const LENGTHS = ["1d", "3d", "7d", "14d", "30d"];
const controls = el("section", { className: "controls", "aria-label": "What is asked", hidden: true });
const answer = el("p", { className: "answer", role: "status" });

/** @type {Question} */
let question = blankQuestion();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pending;
let sourcesText = "";

/** @returns {Question} */
function blankQuestion() {
  return { kind: "plan", mode: "recommended", new_data: {}, changed: [], full_refresh: false };
}

/** Begin to talk with the editor around the page. */
function startLive() {
  const host = app.host;
  if (!host) return;
  const kept = host.getState();
  if (kept?.view) Object.assign(view, kept.view);
  if (kept?.question) takeQuestion(kept.question);
  controls.hidden = false;
  window.addEventListener("message", (event) => onMessage(event.data));
  updateControls();
  host.postMessage({ type: "ready" });
}

/** @param {any} message */
function onMessage(message) {
  if (!message || typeof message !== "object") return;
  if (message.type === "busy") say("Working …", "busy");
  else if (message.type === "failed") say(clean(message.message) || "It failed.", "failed");
  else if (message.type === "show" && message.document) {
    // what was changed here since then is still to be asked
    if (message.question && pending === undefined) takeQuestion(message.question);
    const { project, name } = message;
    app.host?.setState({ ...(app.host.getState() || {}), project, name, question });
    say("", "");
    showDocument(message.document);
    updateControls();
    if (message.node && app.model?.items.has(message.node)) choose(message.node);
  }
}

/** @param {any} asked */
function takeQuestion(asked) {
  question = { ...blankQuestion(), ...asked, new_data: { ...asked.new_data }, changed: [...(asked.changed || [])] };
  app.changed = new Set(question.changed);
}

/**
 * @param {string} words
 * @param {string} kind
 */
function say(words, kind) {
  answer.textContent = words;
  answer.className = `answer ${kind}`;
  document.body.toggleAttribute("aria-busy", kind === "busy");
}

/**
 * Ask, once nothing has changed for a moment.
 * @param {Partial<Question>} changes
 */
function ask(changes) {
  question = { ...question, ...changes };
  app.changed = new Set(question.changed);
  app.host?.setState({ ...(app.host.getState() || {}), question });
  clearTimeout(pending);
  pending = setTimeout(() => {
    pending = undefined;
    say("Working …", "busy");
    app.host?.postMessage({ type: "ask", question });
  }, WAIT);
  updateControls();
}

/** The moment of the plan, as asked or as answered. */
function clockTime() {
  return readMoment(question.at) ?? app.model?.start ?? Date.now();
}

/** @param {number} time */
function isoMinute(time) {
  return `${new Date(time).toISOString().slice(0, 16)}Z`;
}

/** @param {Item} item @param {number} tabIndex */
function changedBox(item, tabIndex) {
  const box = el("input", { type: "checkbox", checked: app.changed.has(item.id), tabIndex, title: "its code has changed", "aria-label": `${item.name}: its code has changed` });
  box.addEventListener("change", () => setChanged(item.id, box.checked));
  return box;
}

/** @param {string} id @param {boolean} on */
function setChanged(id, on) {
  ask({ changed: on ? [...new Set([...question.changed, id])] : question.changed.filter((one) => one !== id) });
  if (app.model) look({});
}

/** Draw the controls as the question is; what has the focus keeps it. */
function updateControls() {
  if (controls.hidden) return;
  const key = document.activeElement instanceof HTMLElement && controls.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const open = controls.querySelector("details")?.open ?? false;
  const listTop = controls.querySelector(".sources")?.scrollTop || 0;
  controls.replaceChildren(
    el("div", { className: "asked" }, kindButtons(), clock(), schedule(), modes(), refreshBox(), button("Reset", reset, { className: "small" }), answer),
    el("div", { className: "asked" }, newData(open), changedChips()),
  );
  const list = controls.querySelector(".sources");
  if (list) list.scrollTop = listTop;
  if (key) /** @type {HTMLElement | null} */ (controls.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
}

/**
 * @template {HTMLElement} T
 * @param {string} key
 * @param {T} element
 */
function keyed(key, element) {
  element.dataset.key = key;
  return element;
}

function kindButtons() {
  const one = (/** @type {string} */ kind, /** @type {string} */ words) => keyed(`kind ${kind}`, button(words, () => ask({ kind, ...(kind === "simulation" && !question.for ? { for: "7d" } : {}) }), { className: "tab", "aria-pressed": String(question.kind === kind) }));
  return el("div", { className: "tabs", role: "group", "aria-label": "What is asked" }, one("plan", "One run"), one("simulation", "Schedule"));
}

function clock() {
  const input = keyed("at", el("input", { type: "datetime-local", value: isoMinute(clockTime()).slice(0, 16), "aria-label": "Time in UTC" }));
  input.addEventListener("change", () => input.value && ask({ at: `${input.value}Z` }));
  const step = (/** @type {string} */ words, /** @type {number} */ by) => keyed(`step ${words}`, button(words, () => ask({ at: isoMinute(clockTime() + by) }), { className: "small" }));
  return el("span", { className: "field" }, el("label", {}, question.kind === "plan" ? "at " : "from ", input), " UTC ", step("−1 h", -HOUR), step("+1 h", HOUR), step("+6 h", 6 * HOUR), step("+1 day", DAY), keyed("now", button("now", () => ask({ at: undefined }), { className: "small" })));
}

/**
 * @param {string} label
 * @param {string} key
 * @param {string[]} values
 * @param {string} value
 * @param {(value: string) => void} act
 */
function choice(label, key, values, value, act) {
  const every = value && !values.includes(value) ? [value, ...values] : values;
  const select = keyed(key, el("select", {}, ...every.map((one) => el("option", { value: one }, clean(one || "the settings' jobs")))));
  select.value = value;
  select.addEventListener("change", () => act(select.value));
  return el("label", { className: "field" }, `${label} `, select);
}

function schedule() {
  if (question.kind !== "simulation") return null;
  const jobs = app.model?.told.settings_jobs || [];
  const every = choice("every", "every", jobs.length ? ["", ...EVERY] : EVERY, question.every || (jobs.length ? "" : "1h"), (value) => ask({ every: value || undefined }));
  const length = choice("for", "for", LENGTHS, question.for || "7d", (value) => ask({ for: value }));
  const boxes = question.every ? [] : jobs.map((/** @type {string} */ name) => jobBox(name, jobs));
  return el("span", { className: "field" }, every, " ", length, ...boxes);
}

/**
 * @param {string} name
 * @param {string[]} all
 */
function jobBox(name, all) {
  const taken = new Set(question.jobs?.length ? question.jobs : all);
  const box = keyed(`job ${name}`, el("input", { type: "checkbox", checked: taken.has(name) }));
  box.addEventListener("change", () => {
    if (box.checked) taken.add(name);
    else taken.delete(name);
    const jobs = all.filter((one) => taken.has(one));
    ask({ jobs: jobs.length === all.length || !jobs.length ? undefined : jobs });
  });
  return el("label", {}, " ", box, " ", el("bdi", {}, clean(name)));
}

function modes() {
  return choice("mode", "mode", ["recommended", "sao", "state"], question.mode, (mode) => ask({ mode }));
}

function refreshBox() {
  const box = keyed("refresh", el("input", { type: "checkbox", checked: question.full_refresh }));
  box.addEventListener("change", () => ask({ full_refresh: box.checked }));
  return el("label", { className: "field" }, box, " full refresh");
}

function reset() {
  ask({ ...blankQuestion(), kind: question.kind, at: undefined, every: undefined, jobs: undefined, for: undefined });
  if (app.model) look({});
}

/** @param {boolean} open */
function newData(open) {
  const sources = app.model?.sources || [];
  const count = Object.keys(question.new_data).length;
  const find = keyed("find source", el("input", { type: "search", placeholder: "Filter sources", "aria-label": "Filter sources", value: sourcesText }));
  const list = el("ul", { className: "sources" });
  const fill = () => {
    const words = sourcesText.toLowerCase();
    list.replaceChildren(...sources.filter((one) => one.words.includes(words)).slice(0, 200).map(sourceLine));
  };
  find.addEventListener("input", () => {
    sourcesText = find.value;
    fill();
  });
  fill();
  return el("details", { className: "new-data", open }, el("summary", {}, `New data ${count ? `in ${countWords(count, "source")}` : "as it is known"}`), sources.length > 8 ? find : null, list);
}

/** @param {Item} source */
function sourceLine(source) {
  const { id } = source;
  const said = question.new_data[id];
  const box = keyed(`new ${id}`, el("input", { type: "checkbox", checked: said !== undefined }));
  const set = (/** @type {string | undefined} */ at) => {
    const { [id]: _, ...rest } = question.new_data;
    ask({ new_data: at === undefined ? rest : { ...rest, [id]: at } });
  };
  box.addEventListener("change", () => set(box.checked ? isoMinute(clockTime()) : undefined));
  const when = keyed(`when ${id}`, el("input", { type: "datetime-local", value: said ? isoMinute(readMoment(said) ?? 0).slice(0, 16) : "", hidden: said === undefined, "aria-label": `New data in ${source.name}, UTC` }));
  when.addEventListener("change", () => when.value && set(`${when.value}Z`));
  const data = app.model ? readMoment(source.told.at) : null;
  const words = said !== undefined ? "" : data === null ? clean(source.told.measured_text) : shortMoment(data);
  return el("li", {}, el("label", {}, box, " ", el("bdi", {}, labelOf(source))), " ", when, el("span", { className: "dim" }, words));
}

function changedChips() {
  if (!question.changed.length) return el("span", { className: "dim" }, "No code changed: tick a node in the table.");
  const chip = (/** @type {string} */ id) => keyed(`drop ${id}`, button(el("span", {}, el("bdi", {}, app.model?.items.get(id)?.name ?? nameOf(id)), " ×"), () => setChanged(id, false), { className: "chip" }));
  return el("span", {}, "Code changed in ", ...question.changed.slice(0, 12).map(chip), question.changed.length > 12 ? ` and ${question.changed.length - 12} more` : "");
}
