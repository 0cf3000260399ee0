// @ts-check
"use strict";
// The table: only the rows in sight are there, and the page scrolls as a whole.

const ROW = 28;
/** Rows beyond the edges, so that scrolling does not show blanks. */
const MORE = 8;

const grid = el("div", { className: "grid", role: "grid", "aria-label": "Nodes" });
const gridHead = el("div", { className: "grid-head", role: "row" });
const gridBody = el("div", { className: "grid-body", role: "rowgroup" });
const marker = el("div", { className: "marker", "aria-hidden": "true" });
const nothing = el("p", { className: "nothing", hidden: true }, "Nothing fits these filters.");
const tip = el("div", { className: "tip", role: "tooltip", hidden: true });

/** @type {Item[]} */
let rows = [];
/** The rows in sight, by their place. @type {Map<number, HTMLElement>} */
const present = new Map();
let focused = 0;
let printing = false;
let trackWidth = 300;

function timelineWidth() {
  return trackWidth;
}

function startRows() {
  grid.append(gridHead, gridBody);
  window.addEventListener("scroll", onScroll, { passive: true });
  window.addEventListener("resize", onScroll);
  new ResizeObserver(measureRows).observe(grid);
  gridBody.addEventListener("keydown", onRowKey);
  gridBody.addEventListener("mousemove", showTip);
  gridBody.addEventListener("mouseleave", () => (tip.hidden = true));
  gridBody.addEventListener("click", onRowClick);
  window.addEventListener("beforeprint", () => printRows(true));
  window.addEventListener("afterprint", () => printRows(false));
  return grid;
}

function onScroll() {
  sizeSide();
  placeRows();
}

/** The side ends where the window does, also before it sticks. */
function sizeSide() {
  const side = detailsBox.parentElement;
  if (!side) return;
  const top = Math.max(side.getBoundingClientRect().top, parseFloat(getComputedStyle(side).top) || 0);
  side.style.height = `${window.innerHeight - top}px`;
}

/** Go back to the first row, after what is listed has become another. */
function toFirstRow() {
  const over = gridBody.getBoundingClientRect().top - gridHead.getBoundingClientRect().bottom;
  if (over < 0) window.scrollBy(0, over);
}

/** Show what the filters leave. */
function updateRows() {
  const model = shown();
  const chosenBefore = rows[focused]?.id;
  rows = filtered();
  const at = rows.findIndex((item) => item.id === (view.node || chosenBefore));
  focused = Math.max(0, at);
  grid.setAttribute("aria-rowcount", String(rows.length + 1));
  grid.style.setProperty("--columns", columnsOf(model).map((column) => column.width).join(" "));
  gridBody.style.height = `${rows.length * ROW}px`;
  nothing.hidden = rows.length > 0;
  updateHead(model);
  refillRows();
}

/** @param {Model} model */
function updateHead(model) {
  gridHead.replaceChildren(
    ...columnsOf(model).map((column) => {
      const sorts = view.sort === column.key;
      const sorted = sorts ? (view.descending ? "descending" : "ascending") : "none";
      const cell = el("div", { role: "columnheader", className: column.number ? "cell number" : "cell", "aria-sort": sorted });
      cell.dataset.key = column.key;
      if (column.key === "timeline") {
        cell.classList.add("axis");
        return cell;
      }
      const sign = el("span", { className: "sorts", "aria-hidden": "true" }, sorts ? (view.descending ? " ▾" : " ▴") : "");
      cell.append(button(el("span", {}, column.title, sign), () => sortBy(column), { className: "sort", title: column.hint }));
      return cell;
    }),
  );
  gridBody.append(marker);
  measureRows();
}

/** @param {Column} column */
function sortBy(column) {
  const first = Boolean(column.falls);
  if (view.sort !== column.key) look({ sort: column.key, descending: first });
  else if (view.descending === first) look({ descending: !first });
  else look({ sort: "", descending: false });
}

function axisCell() {
  return /** @type {HTMLElement | null} */ (gridHead.querySelector(".axis"));
}

/** Take the width that the timeline has, and draw its scale. */
function measureRows() {
  if (!app.model) return;
  const axis = axisCell();
  if (axis) {
    const width = Math.max(60, Math.floor(axis.clientWidth));
    const differs = width !== trackWidth;
    trackWidth = width;
    const x = scaleOf(app.model, width);
    axis.replaceChildren(
      ...ticksOf(app.model, width).map((tick) => {
        const label = el("span", { className: "tick" }, tick.label);
        label.style.left = `${x(tick.time)}px`;
        return label;
      }),
    );
    if (differs) refillRows();
  }
  placeMarker();
  sizeSide();
  placeRows();
}

/** The line at the run that is looked at. */
function placeMarker() {
  const axis = axisCell();
  const run = app.model?.runs[view.run];
  marker.hidden = !axis || !run;
  if (axis && run && app.model) {
    const left = axis.getBoundingClientRect().left - gridBody.getBoundingClientRect().left;
    marker.style.left = `${left + scaleOf(app.model, trackWidth)(run.at)}px`;
  }
}

/** Fill all rows in sight anew. */
function refillRows() {
  for (const [place, row] of present) {
    if (place < rows.length) fillRow(row, place);
    else {
      row.remove();
      present.delete(place);
    }
  }
  placeRows();
}

/** Make the rows that have come into sight, and take away the others. */
function placeRows() {
  if (!app.model) return;
  const top = gridBody.getBoundingClientRect().top;
  let first = Math.max(0, Math.floor(-top / ROW) - MORE);
  let last = Math.min(rows.length, Math.ceil((window.innerHeight - top) / ROW) + MORE);
  if (printing) [first, last] = [0, rows.length];
  for (const [place, row] of present) {
    if ((place < first || place >= last) && row !== document.activeElement) {
      row.remove();
      present.delete(place);
    }
  }
  for (let place = first; place < last; place++) {
    if (present.has(place)) continue;
    const row = el("div", { className: "row", role: "row" });
    row.style.top = `${place * ROW}px`;
    fillRow(row, place);
    present.set(place, row);
    gridBody.append(row);
  }
}

/**
 * @param {HTMLElement} row
 * @param {number} place
 */
function fillRow(row, place) {
  const model = shown();
  const item = rows[place];
  const state = stateNow(item);
  row.dataset.id = item.id;
  row.dataset.place = String(place);
  row.tabIndex = place === focused ? 0 : -1;
  row.className = `row is-${state.decision}${item.id === view.node ? " chosen" : ""}`;
  row.setAttribute("aria-rowindex", String(place + 2));
  row.setAttribute("aria-selected", String(item.id === view.node));
  row.replaceChildren(
    ...columnsOf(model).map((column) => {
      const cell = el("div", { role: "gridcell", className: column.number ? "cell number" : "cell" }, column.cell(item, model));
      cell.dataset.key = column.key;
      if (column.key === "timeline") cell.setAttribute("aria-label", trackWords(item));
      return cell;
    }),
  );
}

/**
 * Bring the row of a node into sight, where there is one.
 * @param {string} id
 * @param {boolean} focus
 */
function showRow(id, focus) {
  const place = rows.findIndex((item) => item.id === id);
  if (place < 0) return;
  focusPlace(place, focus);
}

/**
 * @param {number} place
 * @param {boolean} focus
 */
function focusPlace(place, focus) {
  const before = present.get(focused);
  focused = Math.max(0, Math.min(rows.length - 1, place));
  if (before) before.tabIndex = -1;
  const top = gridBody.getBoundingClientRect().top + focused * ROW;
  const upper = gridHead.getBoundingClientRect().bottom;
  const lower = window.innerHeight - bottomInset() - ROW;
  if (top < upper) window.scrollBy(0, top - upper);
  else if (top > lower) window.scrollBy(0, top - lower);
  placeRows();
  const row = present.get(focused);
  if (!row) return;
  row.tabIndex = 0;
  if (focus) row.focus({ preventScroll: true });
}

/** @param {KeyboardEvent} event */
function onRowKey(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.closest("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const page = Math.max(1, Math.floor((window.innerHeight * 0.6) / ROW));
  /** @type {Record<string, number>} */
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length };
  const item = rows[focused];
  if (event.key in steps) focusPlace(focused + steps[event.key], true);
  else if (event.key === "ArrowLeft" || event.key === "ArrowRight") goToRun(view.run + (event.key === "ArrowLeft" ? -1 : 1));
  else if (event.key === "Enter" && item) {
    if (target.tagName === "BUTTON") return;
    choose(item.id);
    if (event.shiftKey) focusDetails();
  } else if (event.key === " " && item) choose(item.id);
  else if (event.key === "Escape") choose("");
  else return;
  event.preventDefault();
}

/** @param {MouseEvent} event */
function onRowClick(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const row = /** @type {HTMLElement | null} */ (target.closest(".row"));
  if (!row || target.closest("button, input, label")) return;
  const run = runUnder(event);
  focusPlace(Number(row.dataset.place), true);
  choosePlace(row.dataset.id || "", run === null ? {} : { run });
}

/**
 * The run under the mouse, in a track.
 * @param {MouseEvent} event
 */
function runUnder(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const cell = target.closest('[data-key="timeline"]');
  if (!cell || !app.model?.runs.length) return null;
  const left = event.clientX - cell.getBoundingClientRect().left - 4;
  const part = left / Math.max(1, trackWidth - 8);
  return nearestRun(app.model, app.model.start + part * (app.model.end - app.model.start));
}

/** @param {MouseEvent} event */
function showTip(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  const id = /** @type {HTMLElement | null} */ (target.closest(".row"))?.dataset.id;
  const run = runUnder(event);
  const item = id && app.model?.items.get(id);
  tip.hidden = run === null || !item;
  if (run === null || !item || !app.model) return;
  const state = stateOf(app.model, item, run);
  const { at, job } = app.model.runs[run];
  tip.replaceChildren(
    el("div", { className: "tip-when" }, `${shortMoment(at)} UTC · ${job}`),
    el("div", {}, badge(state.decision, state.symbol), " ", reasonWords(app.model, item, run)),
  );
  tip.style.left = `${Math.min(event.clientX + 12, window.innerWidth - 330)}px`;
  tip.style.top = `${Math.min(event.clientY + 16, window.innerHeight - 80)}px`;
}

/** On paper there is every row, up to what a browser can print. @param {boolean} on */
function printRows(on) {
  printing = on && rows.length <= 2000;
  if (!app.model) return;
  printGraph(on);
  measureRows();
  placeRows();
}
