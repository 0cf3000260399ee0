// @ts-check
"use strict";
// The document as the page works with it: nodes with their neighbours, and what each has in every run.

/**
 * @typedef {object} Item A node or a source.
 * @property {any} told What the document says of it.
 * @property {string} id
 * @property {string} name
 * @property {string} words Everything that a search looks through.
 * @property {boolean} source
 * @property {number} order
 * @property {Item[]} parents
 * @property {Item[]} children
 * @property {Item[]} reads Those whose data counts for it.
 * @property {Int16Array | null} marks By run, the number of the reason; below 0 where it was cut off; 0 where it was not in the run.
 * @property {Build[]} builds
 * @property {number[]} lists The places of the lists of loads that reach it.
 */

/** @typedef {{run: number, start: number, end: number}} Build Moments in milliseconds. */
/** @typedef {{number: number, job: string, at: number, end: number, told: any}} Run */
/** @typedef {{decision: string, symbol: string, reason: string, text: string, cut: boolean}} State */

/**
 * @typedef {object} Model
 * @property {any} told The document.
 * @property {boolean} simulated
 * @property {Item[]} nodes
 * @property {Item[]} sources
 * @property {Map<string, Item>} items
 * @property {Run[]} runs
 * @property {number[][]} loads In milliseconds.
 * @property {number} start
 * @property {number} end
 */

/** @type {State} */
const NO_STATE = { decision: "none", symbol: " ", reason: "", text: "not in this run", cut: false };

/**
 * @param {any} told
 * @returns {Model}
 */
function readModel(told) {
  const simulated = told.kind === "simulation";
  const start = readMoment(simulated ? told.start : told.at) ?? 0;
  /** @type {Model} */
  const model = {
    told,
    simulated,
    nodes: told.nodes.map((/** @type {any} */ node, /** @type {number} */ order) => readItem(node, order, false)),
    sources: told.sources.map((/** @type {any} */ one, /** @type {number} */ order) => readItem(one, order, true)),
    items: new Map(),
    runs: (told.runs || []).map((/** @type {any} */ run, /** @type {number} */ number) => ({
      number,
      job: clean(told.jobs[run.job]),
      at: Date.parse(run.at),
      end: Date.parse(run.end),
      told: run,
    })),
    loads: (told.loads || []).map((/** @type {number[]} */ list) => list.map((seconds) => start + seconds * 1000)),
    start,
    end: readMoment(told.end) ?? start,
  };
  for (const item of [...model.nodes, ...model.sources]) model.items.set(item.id, item);
  for (const item of model.nodes) {
    item.parents = known(model, item.told.parents);
    item.reads = item.told.reads ? known(model, item.told.reads) : item.parents;
    for (const parent of item.parents) parent.children.push(item);
  }
  if (simulated) readRuns(model);
  return model;
}

/**
 * @param {any} told
 * @param {number} order
 * @param {boolean} source
 * @returns {Item}
 */
function readItem(told, order, source) {
  const words = [told.name, told.unique_id, told.file, ...(told.tags || [])].join("\n").toLowerCase();
  return {
    told,
    id: told.unique_id,
    name: clean(told.name),
    words,
    source,
    order,
    parents: [],
    children: [],
    reads: [],
    marks: null,
    builds: [],
    lists: [],
  };
}

/**
 * @param {Model} model
 * @param {string[]} ids
 */
function known(model, ids) {
  return /** @type {Item[]} */ (ids.map((id) => model.items.get(id)).filter(Boolean));
}

/** @param {Model} model */
function readRuns(model) {
  /** @type {number[][]} */
  const through = model.told.jobs.map(() => []);
  for (const run of model.runs) through[run.told.job]?.push(run.number);
  for (const source of model.sources) {
    if (source.told.loads !== null) source.lists = [source.told.loads];
  }
  for (const node of model.nodes) {
    node.marks = new Int16Array(model.runs.length);
    for (const [job, ...pairs] of node.told.events) {
      let place = 0;
      for (let at = 0; at < pairs.length; at += 2) {
        const upTo = place + pairs[at + 1];
        for (; place < upTo; place++) node.marks[through[job][place]] = pairs[at];
      }
    }
    const built = node.told.built;
    for (let at = 0; at < built.length; at += 3) {
      const begin = model.runs[built[at]].at + built[at + 1] * 1000;
      node.builds.push({ run: built[at], start: begin, end: begin + built[at + 2] * 1000 });
    }
    // parents come first, so theirs are known
    node.lists = [...new Set(node.parents.flatMap((parent) => parent.lists))];
  }
}

/** Whether no run falls into the time of a simulation. @param {Model} model */
function simulatedNothing(model) {
  return model.simulated && !model.runs.length;
}

/**
 * What a node has in a run; in a plan there is only one.
 * @param {Model} model
 * @param {Item} item
 * @param {number} run
 * @returns {State}
 */
function stateOf(model, item, run) {
  if (simulatedNothing(model)) return NO_STATE;
  if (item.source) return { decision: "source", symbol: " ", reason: "", text: "", cut: false };
  if (!model.simulated) {
    const told = item.told;
    return { decision: told.decision, symbol: told.symbol, reason: told.reason, text: clean(told.text), cut: false };
  }
  const mark = item.marks?.[run] || 0;
  if (!mark) return NO_STATE;
  const reason = model.told.reasons[Math.abs(mark) - 1];
  const cut = mark < 0;
  return {
    decision: cut ? "skip" : reason.decision,
    symbol: cut ? "!" : SYMBOLS[reason.decision] || " ",
    reason: reason.reason,
    text: cut ? "the job's timeout cut its build off" : reason.text,
    cut,
  };
}

/**
 * The last build that had ended when a run began, or that the run itself makes.
 * @param {Item} item
 * @param {number} time
 * @returns {Build | null}
 */
function builtBefore(item, time) {
  let found = null;
  for (const build of item.builds) {
    if (build.end > time) break;
    found = build;
  }
  return found;
}

/**
 * When a node was last built before a moment: in the simulation, or before it.
 * @param {Item} item
 * @param {number} time
 */
function lastBuilt(item, time) {
  return builtBefore(item, time)?.end ?? readMoment(item.told.built_before);
}

/**
 * The last number of a sorted list that is not above another.
 * @param {number[]} list
 * @param {number} limit
 * @returns {number | null}
 */
function lastUpTo(list, limit) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low ? list[low - 1] : null;
}

/**
 * When a source had its newest data.
 * @param {Model} model
 * @param {Item} source
 * @param {number} time
 */
function newestData(model, source, time) {
  const list = source.told.loads;
  if (model.simulated && list !== null && list !== undefined) return lastUpTo(model.loads[list], time);
  return readMoment(source.told.at);
}

/**
 * What stands above a node in a run of a simulation: its newest version, and whether the node's last build had it.
 * @param {Model} model
 * @param {Item} item
 * @param {number} number
 * @returns {{item: Item, text: string, isNew: boolean}[]}
 */
function upstreamFacts(model, item, number) {
  const run = model.runs[number];
  const before = builtBefore(item, run.at);
  const read = before ? model.runs[before.run].at : readMoment(item.told.built_before);
  return item.reads.map((parent) => {
    if (parent.source) {
      if (parent.told.always_new) return { item: parent, text: clean(parent.told.measured_text), isNew: true };
      const data = newestData(model, parent, run.at);
      if (data === null) return { item: parent, text: "no data yet", isNew: false };
      const isNew = read === null || data > read;
      return { item: parent, text: `newest data ${nearMoment(data, run.at)}`, isNew };
    }
    const now = parent.builds.find((build) => build.run === number);
    if (now) return { item: parent, text: `built in this run, until ${nearMoment(now.end, run.at)}`, isNew: true };
    const end = lastBuilt(parent, run.at);
    if (end === null) return { item: parent, text: stateOf(model, parent, number).text, isNew: false };
    const isNew = read === null || end > (before ? before.start : read);
    return { item: parent, text: `built ${nearMoment(end, run.at)}`, isNew };
  });
}

/**
 * Why, with the names and times that the compact form leaves out.
 * @param {Model} model
 * @param {Item} item
 * @param {number} number
 */
function reasonWords(model, item, number) {
  const state = stateOf(model, item, number);
  if (!model.simulated || state.cut || state.decision === "none") return state.text;
  const at = model.runs[number].at;
  if (state.reason === "NEW_DATA") {
    const fresh = upstreamFacts(model, item, number).filter((one) => one.isNew);
    if (fresh.length) return `new in what it reads: ${listWords(fresh.map((one) => one.item.name))}`;
  }
  if (state.reason === "WITHIN_BUILD_AFTER" || state.reason === "WITHIN_LAG_TOLERANCE") {
    const built = lastBuilt(item, at);
    const from = eligibleAt(item, at);
    if (built !== null && from !== null) {
      const ago = spanWords((at - built) / 1000);
      return `something is new, but built ${ago} ago: may build from ${nearMoment(from, at)} UTC`;
    }
  }
  if (state.reason === "NOT_ALL_UPSTREAMS_NEW") {
    const old = upstreamFacts(model, item, number).filter((one) => !one.isNew);
    if (old.length) return `nothing new in ${listWords(old.map((one) => one.item.name))}: it waits for all it reads`;
  }
  return state.text;
}

/**
 * When the window of a node ends, counted from its last build.
 * @param {Item} item
 * @param {number} time
 */
function eligibleAt(item, time) {
  const built = lastBuilt(item, time);
  const seconds = item.told.window?.seconds;
  return built === null || !seconds ? null : built + seconds * 1000;
}

/** @param {any} window */
function windowWords(window) {
  if (!window) return "";
  if (window.unknown) return `cannot be told: ${clean(window.unknown)}`;
  const words = window.text ? clean(window.text) : window.seconds ? spanWords(window.seconds) : "";
  if (!words) return window.updates_on === "all" ? "none, all" : "";
  return window.updates_on === "all" ? `${words}, all` : words;
}
