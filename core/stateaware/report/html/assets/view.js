// @ts-check
"use strict";
// What the reader looks at: kept while documents come and go, and told to every part of the page.

/**
 * @typedef {object} View
 * @property {string} text
 * @property {string} folder
 * @property {string} tag
 * @property {string} decision
 * @property {string} only A list of the document: starved, never_built, always_built.
 * @property {string} sort The key of a column; empty for the order of the document.
 * @property {boolean} descending
 * @property {string} node The unique_id of the chosen node.
 * @property {number} run
 * @property {string} tab timeline or table
 * @property {boolean | null} whole Whether the graph shows everything; null where nobody said.
 * @property {boolean} wide Whether the graph takes most of the page.
 * @property {string} list Which runs of the chosen node are listed.
 */

/** @type {View} */
const view = {
  text: "",
  folder: "",
  tag: "",
  decision: "",
  only: "",
  sort: "",
  descending: false,
  node: "",
  run: 0,
  tab: "timeline",
  whole: null,
  wide: false,
  list: "",
};

/**
 * The document that is shown, and the editor around the page, if there is one.
 * @type {{model: Model | null, host: {postMessage(message: any): void, getState(): any, setState(state: any): void} | null, changed: Set<string>}}
 */
const app = { model: null, host: null, changed: new Set() };

/** @type {((changes: Partial<View>) => void)[]} */
const watchers = [];

/**
 * Look at something else.
 * @param {Partial<View>} changes
 */
function look(changes) {
  Object.assign(view, changes);
  app.host?.setState({ ...(app.host.getState() || {}), view: { ...view } });
  for (const watch of watchers) watch(changes);
}

/** @returns {Model} */
function shown() {
  if (!app.model) throw new Error("nothing is shown");
  return app.model;
}

/** The chosen node or source. */
function chosen() {
  return (view.node && app.model?.items.get(view.node)) || null;
}

/**
 * Choose a node, and bring its row into sight.
 * @param {string} id
 * @param {Partial<View>} [more]
 */
function choose(id, more = {}) {
  look({ node: id, list: "", ...more });
}

/**
 * Choose a node with the mouse; an editor beside the page follows to the setting in force.
 * @param {string} id
 * @param {Partial<View>} [more]
 */
function choosePlace(id, more = {}) {
  choose(id, more);
  if (id) app.host?.postMessage({ type: "open", unique_id: id, what: "setting", follow: true });
}

/**
 * Choose a node in the run whose build ended its worst lag or age; in the last where none did.
 * @param {Item} item
 * @param {"lag" | "age"} what
 */
function goToWorst(item, what) {
  const model = shown();
  const seconds = item.told.age?.[`worst_${what}_at`];
  const time = model.start + (seconds ?? 0) * 1000;
  const build = item.builds.find((one) => Math.abs(one.end - time) < 1000);
  const run = build ? build.run : nearestRun(model, time);
  choose(item.id, { run, list: "build" });
}

/** @param {number} run */
function goToRun(run) {
  const count = app.model?.runs.length || 0;
  const to = Math.max(0, Math.min(count - 1, run));
  if (to !== view.run) look({ run: to });
}

/**
 * What a node has in the run that is looked at.
 * @param {Item} item
 */
function stateNow(item) {
  return stateOf(shown(), item, view.run);
}

/** @param {Item} item */
function isTest(item) {
  return item.told.kind === "test" || item.told.kind === "unit_test";
}

/**
 * The nodes that the filters leave, in the order of the column that sorts.
 * @returns {Item[]}
 */
function filtered() {
  const model = shown();
  const words = view.text.toLowerCase().split(/\s+/).filter(Boolean);
  const only = view.only ? new Set(model.told[view.only] || []) : null;
  const found = model.nodes.filter(
    (item) =>
      fitsPlace(item, words) &&
      (!only || only.has(item.id)) &&
      (!view.decision || stateNow(item).decision === view.decision),
  );
  const column = COLUMNS.find((one) => one.key === view.sort);
  if (column) {
    const sign = view.descending ? -1 : 1;
    const keys = new Map(found.map((item) => [item, column.value(item, model)]));
    found.sort((one, other) => {
      const [a, b] = [keys.get(one) ?? "", keys.get(other) ?? ""];
      const before = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en");
      return sign * before || one.order - other.order;
    });
  }
  return found;
}

/**
 * Whether a node fits the filters that do not depend on the run.
 * @param {Item} item
 * @param {string[]} words
 */
function fitsPlace(item, words) {
  const folder = item.told.folder || "";
  return (
    (!view.folder || folder === view.folder || folder.startsWith(`${view.folder}/`)) &&
    (!view.tag || item.told.tags.includes(view.tag)) &&
    words.every((word) => item.words.includes(word))
  );
}

/** How many of the nodes that fit the other filters have each decision. */
function countDecisions() {
  /** @type {Record<string, number>} */
  const counts = {};
  const words = view.text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of shown().nodes) {
    if (!fitsPlace(item, words)) continue;
    const { decision } = stateNow(item);
    counts[decision] = (counts[decision] || 0) + 1;
  }
  return counts;
}
