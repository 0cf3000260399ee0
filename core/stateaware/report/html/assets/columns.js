// @ts-check
"use strict";
// The columns of the table: what they show, and by what they sort.

/**
 * @typedef {object} Column
 * @property {string} key
 * @property {string} title
 * @property {string} hint
 * @property {string} width Of a grid's column.
 * @property {boolean} [number]
 * @property {boolean} [falls] Whether the largest comes first.
 * @property {(model: Model) => boolean} shows
 * @property {(item: Item, model: Model) => string | number} value
 * @property {(item: Item, model: Model) => Child} cell
 */

/** @param {Model} model */
const inTable = (model) => model.simulated && view.tab === "table";
/** What a laptop's screen has no room for. @param {Model} model */
const inWideTable = (model) => inTable(model) && window.innerWidth > 1500;
/** @param {Model} model */
const inSimulation = (model) => model.simulated;
/** @param {Model} model */
const inPlan = (model) => !model.simulated;

/**
 * A number that leads to the runs it came from.
 * @param {Item} item
 * @param {string} list
 * @param {string} words
 * @param {string} hint
 */
function traced(item, list, words, hint) {
  const worst = list === "lag" || list === "age" ? list : null;
  const act = () => (worst ? goToWorst(item, worst) : choose(item.id, { list }));
  return button(words, act, { className: "link number", tabIndex: -1, title: hint });
}

/**
 * @param {string} key
 * @param {string} title
 * @param {string} hint
 * @param {(told: any) => number | undefined} read
 * @param {(model: Model) => boolean} shows
 * @param {string} list
 * @param {string} [width]
 * @returns {Column}
 */
function spanColumn(key, title, hint, read, shows, list, width = "5.8rem") {
  return {
    key,
    title,
    hint,
    width,
    number: true,
    falls: true,
    shows,
    value: (item) => read(item.told) ?? -1,
    cell: (item) => {
      const seconds = read(item.told);
      return seconds === undefined ? "" : traced(item, list, spanWords(seconds), list === "lag" || list === "age" ? "show the run that ends it" : "show the runs it comes from");
    },
  };
}

/** @type {Column[]} */
const COLUMNS = [
  {
    key: "changed",
    title: "Δ",
    hint: "tick what has other code",
    width: "1.6rem",
    shows: () => app.host !== null,
    value: (item) => (app.changed.has(item.id) ? 0 : 1),
    cell: (item) => changedBox(item, -1),
  },
  {
    key: "decision",
    title: "Decision",
    hint: "what happens to it in this run",
    width: "5.6rem",
    shows: () => true,
    value: (item) => DECISIONS.indexOf(stateNow(item).decision),
    cell: (item) => badge(stateNow(item).decision, stateNow(item).symbol),
  },
  {
    key: "name",
    title: "Node",
    hint: "by name",
    width: "minmax(8rem, 1fr)",
    shows: () => true,
    value: (item) => item.name,
    cell: (item) => nameElement(item.name),
  },
  {
    key: "builds",
    title: "Builds",
    hint: "how often it is built",
    width: "4rem",
    number: true,
    falls: true,
    shows: inSimulation,
    value: (item) => item.told.builds,
    cell: (item) => traced(item, "build", numberWords(item.told.builds), "show these runs"),
  },
  {
    key: "reuses",
    title: "Reuses",
    hint: "how often it is reused",
    width: "4rem",
    number: true,
    falls: true,
    shows: inTable,
    value: (item) => item.told.reuses,
    cell: (item) => traced(item, "reuse", numberWords(item.told.reuses), "show these runs"),
  },
  spanColumn("seconds", "Building", "time that its builds take", (told) => told.seconds, inTable, "build"),
  spanColumn("without", "If always", "time if every run built it", (told) => told.seconds_without, inWideTable, "all"),
  spanColumn("mean_age", "Mean age", "of its newest data, on average", (told) => told.age?.mean_age, inTable, "build"),
  spanColumn("worst_age", "Worst age", "how old its newest data gets", (told) => told.age?.worst_age, inTable, "age"),
  spanColumn("mean_lag", "Mean lag", "for how long data that has come is missing, on average", (told) => told.age?.mean_lag, inWideTable, "build"),
  spanColumn("lag", "Worst lag", "for how long data that has come is missing at most", (told) => told.age?.worst_lag, inSimulation, "lag"),
  {
    key: "setting",
    title: "Window",
    hint: "the setting in force",
    width: "minmax(6rem, 1fr)",
    shows: inWideTable,
    value: (item) => item.told.window?.seconds ?? -1,
    cell: (item) => windowWords(item.told.window),
  },
  {
    key: "timeline",
    title: "Timeline",
    hint: "",
    width: "minmax(8rem, 1.7fr)",
    shows: (model) => model.simulated && view.tab === "timeline",
    value: (item) => item.order,
    cell: (item, model) => trackOf(model, item, timelineWidth()),
  },
  {
    key: "reason",
    title: "Reason",
    hint: "why",
    width: "minmax(10rem, 2fr)",
    shows: inPlan,
    value: (item) => clean(item.told.text),
    cell: (item) => el("span", { className: "reason", title: clean(item.told.text) }, clean(item.told.text)),
  },
  {
    key: "window",
    title: "Window",
    hint: "the setting in force",
    width: "7rem",
    shows: inPlan,
    value: (item) => item.told.window?.seconds ?? -1,
    cell: (item) => el("span", { className: "dim", title: clean(item.told.window?.where) }, windowWords(item.told.window)),
  },
  {
    key: "built",
    title: "Last built",
    hint: "before this run",
    width: "7rem",
    number: true,
    shows: (model) => !model.simulated && window.innerWidth > 1400,
    value: (item) => readMoment(item.told.built_at) ?? -1,
    cell: (item, model) => {
      const built = readMoment(item.told.built_at);
      return el("span", { className: "dim", title: built === null ? "" : longMoment(built) }, built === null ? "" : `${spanWords((model.start - built) / 1000)} ago`);
    },
  },
];

/** @param {Model} model */
function columnsOf(model) {
  return COLUMNS.filter((column) => column.shows(model));
}
