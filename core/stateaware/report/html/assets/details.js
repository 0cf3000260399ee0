// @ts-check
"use strict";
// About the chosen node in this run; about the run, where no node is chosen.

const detailsBox = el("section", { className: "details", "aria-label": "Details", tabIndex: -1 });
/** @type {Record<string, string>} */
const LISTS = { build: "Builds", reuse: "Reuses", all: "All runs", skip: "Skipped", unknown: "Not known" };
const MOST = 400;

function focusDetails() {
  detailsBox.focus();
}

/** How much of the window's lower edge the details cover. */
function bottomInset() {
  const side = detailsBox.parentElement;
  return side && getComputedStyle(side).position === "fixed" ? side.offsetHeight : 0;
}

function updateDetails() {
  if (simulatedNothing(shown())) {
    detailsBox.replaceChildren(el("p", { className: "nothing" }, "No run begins in this time."));
    return;
  }
  const item = chosen();
  const top = detailsBox.scrollTop;
  const same = detailsBox.dataset.id === (item?.id || "");
  detailsBox.dataset.id = item?.id || "";
  detailsBox.replaceChildren(...(item ? (item.source ? sourceDetails(item) : nodeDetails(item)) : runDetails()));
  detailsBox.scrollTop = same ? top : 0;
}

/**
 * @param {string} label
 * @param {...Child} parts
 */
function fact(label, ...parts) {
  return el("div", { className: "fact" }, el("dt", {}, label), el("dd", {}, ...parts));
}

/**
 * A node's name that leads to it.
 * @param {Item} item
 */
function nodeLink(item) {
  return button(el("bdi", {}, item.name), () => choose(item.id), { className: "link" });
}

/**
 * A place in a file; in an editor it opens.
 * @param {Item} item
 * @param {string} words
 * @param {"setting" | "file"} what
 */
function placeLink(item, words, what) {
  if (!app.host) return el("code", {}, clean(words));
  const open = () => app.host?.postMessage({ type: "open", unique_id: item.id, what });
  return button(el("code", {}, clean(words)), open, { className: "link", title: "open it in the editor" });
}

/** @param {Item} item */
function nodeDetails(item) {
  const model = shown();
  const { told } = item;
  const state = stateNow(item);
  const parts = [
    detailsHead(item, `${told.kind}${told.materialized && told.materialized !== told.kind ? `, ${told.materialized}` : ""}`),
    el(
      "p",
      { className: "verdict" },
      badge(state.decision, state.symbol),
      " ",
      el("bdi", {}, reasonWords(model, item, view.run)),
    ),
    model.simulated ? el("p", { className: "dim when" }, whenWords(model)) : null,
    el("dl", {}, ...(model.simulated ? simulatedFacts(model, item) : plannedFacts(item))),
    app.host ? el("label", { className: "changed" }, changedBox(item, 0), " its code has changed") : null,
    neighbours("Reads", model.simulated ? simulatedParents(model, item) : plannedParents(model, item), strangers(model, item)),
    neighbours("Read by", item.children.filter((one) => !isTest(one)).map((one) => ({ item: one, mark: stateNow(one).symbol, text: stateNow(one).decision }))),
    model.simulated ? runList(model, item) : null,
  ];
  return /** @type {Node[]} */ (parts.filter(Boolean));
}

/**
 * @param {Item} item
 * @param {string} kind
 */
function detailsHead(item, kind) {
  const { told } = item;
  return el(
    "header",
    {},
    el("h2", {}, nameElement(item.name)),
    button("×", () => choose(""), { className: "close", "aria-label": "Close", title: "about the run (Escape)" }),
    el(
      "p",
      { className: "dim" },
      kind,
      told.file ? " · " : null,
      told.file ? placeLink(item, told.file, "file") : null,
      ...told.tags.map((/** @type {string} */ tag) => el("span", { className: "tag" }, clean(tag))),
    ),
  );
}

/** @param {Model} model */
function whenWords(model) {
  const run = model.runs[view.run];
  return `in run ${numberWords(view.run + 1)} of ${numberWords(model.runs.length)}, ${shortMoment(run.at)} UTC (${run.job})`;
}

/** @param {Item} item */
function windowFact(item) {
  const window_ = item.told.window;
  if (!window_) return null;
  const words = windowWords(window_);
  return fact(
    window_.key,
    words || "none: it may be built in every run",
    window_.where ? el("span", {}, " · ", placeLink(item, window_.where, "setting")) : null,
  );
}

/** @param {Item} item */
function plannedFacts(item) {
  const { told } = item;
  const at = shown().start;
  const built = readMoment(told.built_at);
  const from = readMoment(told.eligible_at);
  return [
    windowFact(item),
    built === null ? null : fact("last built", `${longMoment(built)}, ${spanWords((at - built) / 1000)} ago`),
    from === null || from <= at ? null : fact("may build", `from ${longMoment(from)}, in ${spanWords((from - at) / 1000)}`),
    told.otherwise ? fact("otherwise", clean(told.otherwise)) : null,
    told.dbt_text ? fact("dbt says", clean(told.dbt_text)) : null,
    told.rule ? fact("rule", `${clean(told.rule)}: ${clean(told.reason)}`) : null,
    ...told.notes.map((/** @type {any} */ note) => fact(note.kind, clean(note.text))),
  ];
}

/**
 * @param {Model} model
 * @param {Item} item
 */
function simulatedFacts(model, item) {
  const { told } = item;
  const { at } = model.runs[view.run];
  const built = lastBuilt(item, at);
  const from = eligibleAt(item, at);
  const now = item.builds.find((build) => build.run === view.run);
  const list = (/** @type {string} */ key, /** @type {string} */ words) => button(words, () => look({ list: view.list === key ? "" : key }), { className: "link number", "aria-pressed": String(view.list === key) });
  return [
    now ? fact("builds", `${clockWords(now.start)} to ${clockWords(now.end)} UTC, ${spanWords((now.end - now.start) / 1000)}`) : null,
    built === null ? null : fact("last built", `${shortMoment(built)} UTC, ${spanWords((at - built) / 1000)} before this run`),
    from === null || from <= at ? null : fact("may build", `from ${shortMoment(from)} UTC, in ${spanWords((from - at) / 1000)}`),
    windowFact(item),
    fact("in all runs", list("build", countWords(told.builds, "build")), ", ", list("reuse", countWords(told.reuses, "reuse")), ", ", list("all", countWords(told.runs, "run"))),
    fact("building", `${spanWords(told.seconds)}; ${spanWords(told.seconds_without)} if every run built it`),
    told.age ? fact("data", worst(item, "age"), ` old at worst, ${spanWords(told.age.mean_age)} on average; new data is missing for `, worst(item, "lag"), ` at most, ${spanWords(told.age.mean_lag)} on average`) : null,
  ];
}

/**
 * @param {Item} item
 * @param {"lag" | "age"} what
 */
function worst(item, what) {
  const words = spanWords(item.told.age[`worst_${what}`]);
  return button(words, () => goToWorst(item, what), { className: "link number", title: "go to the run that ends it" });
}

/**
 * @param {Model} model
 * @param {Item} item
 * @returns {{item: Item, mark: string, text: string}[]}
 */
function simulatedParents(model, item) {
  const facts = new Map(upstreamFacts(model, item, view.run).map((one) => [one.item, one]));
  return [...new Set([...item.parents, ...item.reads])].map((parent) => {
    const one = facts.get(parent);
    if (!one) return { item: parent, mark: "", text: "what it reads counts in its place" };
    return { item: parent, mark: one.isNew ? "●" : "○", text: `${one.isNew ? "new: " : ""}${one.text}` };
  });
}

/**
 * @param {Model} model
 * @param {Item} item
 * @returns {{item: Item, mark: string, text: string}[]}
 */
function plannedParents(model, item) {
  const { changes, unchanged } = item.told;
  const same = new Set(unchanged);
  return [...new Set([...item.parents, ...item.reads])].map((parent) => {
    const change = changes.find((/** @type {any} */ one) => one.unique_id === parent.id);
    if (!change) return { item: parent, mark: same.has(parent.id) ? "○" : "", text: same.has(parent.id) ? "nothing new" : parent.source ? "" : stateNow(parent).decision };
    return { item: parent, mark: change.certain ? "●" : "?", text: changeWords(change, model.start) };
  });
}

/**
 * @param {any} change
 * @param {number} at
 */
function changeWords(change, at) {
  if (change.measured_by === "planned") return "is built in this run";
  const now = readMoment(change.now);
  const then = readMoment(change.then);
  if (now === null) return clean(change.measured_text);
  const before = then === null ? "" : `, was ${nearMoment(then, at)}`;
  return `new: ${nearMoment(now, at)}${before} UTC, by ${clean(change.measured_text)}`;
}

/**
 * The parents that the document does not tell of: not selected, or no part of the project.
 * @param {Model} model
 * @param {Item} item
 * @returns {string[]}
 */
function strangers(model, item) {
  return item.told.parents.filter((/** @type {string} */ id) => !model.items.has(id)).map(nameOf);
}

/**
 * @param {string} title
 * @param {{item: Item, mark: string, text: string}[]} list
 * @param {string[]} [others]
 */
function neighbours(title, list, others = []) {
  if (!list.length && !others.length) return null;
  return el(
    "div",
    { className: "neighbours" },
    el("h3", {}, title),
    el(
      "ul",
      {},
      ...list.slice(0, MOST).map(({ item, mark, text }) =>
        el("li", {}, el("span", { className: "mark", "aria-hidden": "true" }, mark), nodeLink(item), " ", el("span", { className: "dim" }, text)),
      ),
      list.length > MOST ? el("li", {}, `and ${numberWords(list.length - MOST)} more`) : null,
      ...others.map((name) => el("li", {}, el("span", { className: "mark" }), el("bdi", {}, name), el("span", { className: "dim" }, " not part of this run"))),
    ),
  );
}

/**
 * The runs a number comes from; a click goes to one.
 * @param {Model} model
 * @param {Item} item
 */
function runList(model, item) {
  if (!view.list) return null;
  const runs = model.runs
    .map((run) => ({ run, state: stateOf(model, item, run.number) }))
    .filter(({ state }) => state.decision !== "none" && (view.list === "all" || state.decision === view.list || (view.list === "build" && state.decision === "clone")));
  return el(
    "div",
    { className: "runs" },
    el("h3", {}, `${LISTS[view.list] || view.list} (${numberWords(runs.length)})`),
    el(
      "ol",
      {},
      ...runs.slice(0, MOST).map(({ run, state }) => {
        const build = item.builds.find((one) => one.run === run.number);
        const took = build ? `, ${spanWords((build.end - build.start) / 1000)}` : "";
        const words = `${reasonWords(model, item, run.number)}${took}`;
        const pressed = String(run.number === view.run);
        return el("li", {}, button(`${shortMoment(run.at)}`, () => goToRun(run.number), { className: "link", "aria-pressed": pressed }), " ", badge(state.decision, state.symbol), " ", el("span", { className: "dim" }, words));
      }),
      runs.length > MOST ? el("li", {}, `and ${numberWords(runs.length - MOST)} more`) : null,
    ),
  );
}

/** @param {Item} source */
function sourceDetails(source) {
  const model = shown();
  const at = model.simulated ? model.runs[view.run].at : model.start;
  const data = newestData(model, source, at);
  const list = source.told.loads;
  const loads = list === null || list === undefined ? [] : model.loads[list].filter((time) => time >= model.start);
  return [
    detailsHead(source, source.told.kind),
    el(
      "dl",
      {},
      fact("newest data", source.told.always_new ? `${clean(source.told.measured_text)}, so it counts as new in every run` : data === null ? (model.simulated ? "none yet" : "not known") : `${longMoment(data)}, ${spanWords((at - data) / 1000)} before this run`),
      model.simulated ? fact("new data", `${countWords(loads.length, "time")} from ${shortMoment(model.start)} to ${shortMoment(model.end)} UTC`) : fact("measured by", clean(source.told.measured_text)),
    ),
    /** @type {Node} */ (neighbours("Read by", source.children.map((one) => ({ item: one, mark: stateNow(one).symbol, text: stateNow(one).decision }))) || ""),
  ];
}

/** About the run, where no node is chosen. */
function runDetails() {
  const model = shown();
  const groups = DECISIONS.map((decision) => [decision, model.nodes.filter((item) => stateNow(item).decision === decision)]);
  const run = model.runs[view.run];
  const head = model.simulated
    ? [el("h2", {}, `Run ${numberWords(view.run + 1)}`), el("p", { className: "dim" }, `${longMoment(run.at)}, job ${run.job}: ${run.told.status}, ends ${nearMoment(run.end, run.at)}, ${spanWords(run.told.seconds)} of building${run.told.collapsed ? `; it stands for ${countWords(run.told.collapsed, "more start")}` : ""}`)]
    : [el("h2", {}, "The run"), el("p", { className: "dim" }, `${longMoment(model.start)}. Choose a node to see why.`)];
  const lists = /** @type {[string, Item[]][]} */ (groups).filter(([decision, items]) => items.length && decision !== "inline" && decision !== "absent");
  return [
    el("header", {}, ...head),
    ...lists.map(([decision, items]) =>
      el(
        "details",
        { open: decision !== "reuse" || lists.length === 1 },
        el("summary", {}, badge(decision), ` ${numberWords(items.length)}`),
        el("ul", {}, ...items.slice(0, 60).map((item) => el("li", {}, nodeLink(item), " ", el("span", { className: "dim" }, reasonWords(model, item, view.run)))), items.length > 60 ? el("li", { className: "dim" }, `and ${numberWords(items.length - 60)} more`) : null),
      ),
    ),
  ];
}
