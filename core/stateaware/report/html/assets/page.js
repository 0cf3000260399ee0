// @ts-check
"use strict";
// Puts the page together, and shows documents in it: one that is in the page, or those an editor sends.

/** @type {Record<string, (keyof View)[]>} What each part depends on; an empty change is one of everything. */
const DEPENDS = {
  rows: ["text", "folder", "tag", "decision", "only", "sort", "descending", "tab", "run", "node"],
  graph: ["node", "run", "whole", "wide", "text", "folder", "tag", "decision", "only"],
  bars: ["text", "folder", "tag", "decision", "only", "tab", "run", "sort"],
  details: ["node", "run", "list", "tab"],
};

/** @param {Partial<View>} changes */
function update(changes) {
  if (!app.model) return;
  const keys = /** @type {(keyof View)[]} */ (Object.keys(changes));
  const touches = (/** @type {string} */ part) => !keys.length || DEPENDS[part].some((key) => keys.includes(key));
  document.body.classList.toggle("wide-graph", view.wide);
  document.body.classList.toggle("in-table", view.tab === "table");
  if (touches("rows")) updateRows();
  if (["text", "folder", "tag", "only", "sort", "descending"].some((key) => key in changes)) toFirstRow();
  if (touches("bars")) updateBars();
  if (touches("details")) updateDetails();
  if (touches("graph")) updateGraph();
  if (keys.includes("node") && view.node) showRow(view.node, false);
}

/**
 * Show a document; what the reader looks at stays, as far as it is still there.
 * @param {any} told
 */
function showDocument(told) {
  const before = app.model;
  const at = before?.runs[view.run]?.at;
  const model = readModel(told);
  app.model = model;
  drawn.clear();
  document.body.classList.toggle("simulated", model.simulated);
  if (!model.items.has(view.node)) view.node = "";
  if (at !== undefined && model.runs.length) view.run = nearestRun(model, at);
  view.run = Math.max(0, Math.min(view.run, model.runs.length - 1));
  if (!before && !view.sort) Object.assign(view, model.simulated ? { sort: "builds", descending: true } : { sort: "decision" });
  if (!columnsOf(model).some((column) => column.key === view.sort)) view.sort = "";
  updateHead_();
  update({});
}

function startPage() {
  const home = document.getElementById("report");
  if (!home) return;
  const api = /** @type {any} */ (globalThis).acquireVsCodeApi;
  if (typeof api === "function") app.host = api();
  startBars();
  home.replaceChildren(
    controls,
    head,
    runBar,
    el("div", { className: "middle" }, el("main", {}, filterBar, legendBar, startRows(), nothing), el("aside", {}, startGraph(), detailsBox)),
    tip,
  );
  readColors();
  const repaint = () => {
    readColors();
    drawBars(true);
    refillRows();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  new MutationObserver(repaint).observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
  watchers.push(update);
  document.addEventListener("keydown", onPageKey);
  const data = document.getElementById("report-data");
  if (data?.textContent) showDocument(JSON.parse(data.textContent));
  startLive();
}

/** @param {KeyboardEvent} event */
function onPageKey(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "/") search.focus();
  else if (event.key === "Escape" && view.node) choose("");
  else return;
  event.preventDefault();
}

startPage();
