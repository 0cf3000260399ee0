// @ts-check
"use strict";
// Above the table: the sentence, the numbers, the slider and the filters.

const head = el("header", { className: "head" });
const runBar = el("section", { className: "run-bar", "aria-label": "Run" });
const filterBar = el("section", { className: "filters", role: "search", "aria-label": "Filters" });
const slider = el("input", { type: "range", min: "0", "aria-label": "Run" });
const sliderBars = el("div", { className: "bars", "aria-hidden": "true" });
const runWords = el("p", { className: "run-words", "aria-live": "polite" });
const chips = el("div", { className: "chips", role: "group", "aria-label": "Decision" });
const search = el("input", { type: "search", placeholder: "Name, file or tag   /", "aria-label": "Filter by name, file or tag" });
const folders = el("select", { "aria-label": "Folder" });
const tags = el("select", { "aria-label": "Tag" });
const legendBar = el("div", { className: "legend" });
const counted = el("span", { className: "counted dim", role: "status" });
let barsWidth = 0;

function startBars() {
  slider.addEventListener("input", () => goToRun(Number(slider.value)));
  search.addEventListener("input", () => look({ text: search.value }));
  folders.addEventListener("change", () => look({ folder: folders.value }));
  tags.addEventListener("change", () => look({ tag: tags.value }));
  new ResizeObserver(() => drawBars(false)).observe(sliderBars);
  // what sticks below these bars has to know how high they are
  const root = document.documentElement.style;
  new ResizeObserver(() => {
    root.setProperty("--run-bar", `${runBar.offsetHeight}px`);
    root.setProperty("--filters", `${filterBar.offsetHeight - 1}px`);
  }).observe(filterBar);
  runBar.append(
    button("◀", () => goToRun(view.run - 1), { className: "step", "aria-label": "Run before", title: "run before (←)" }),
    button("▶", () => goToRun(view.run + 1), { className: "step", "aria-label": "Run after", title: "run after (→)" }),
    el("div", { className: "slide" }, sliderBars, slider),
    runWords,
  );
}

/** All that a new document changes. */
function updateHead_() {
  const model = shown();
  const { told } = model;
  head.replaceChildren(
    el("p", { className: "about dim" }, ...aboutWords(model)),
    el("h1", { className: told.text.length > 260 ? "long" : "" }, el("bdi", {}, clean(told.text))),
    model.simulated ? tiles(model) : "",
    notes(model),
  );
  document.title = `${clean(told.project)}: ${told.kind}`;
  runBar.hidden = !model.simulated || !model.runs.length;
  slider.max = String(Math.max(0, model.runs.length - 1));
  fillSelect(folders, "All folders", foldersOf(model), view.folder);
  fillSelect(tags, "All tags", [...new Set(model.nodes.flatMap((item) => item.told.tags))].sort(), view.tag);
  search.value = view.text;
  filterBar.replaceChildren(search, folders, tags, chips, counted);
  legendBar.replaceChildren(...legend(), tabs());
  drawBars(true);
}

/** @param {Model} model */
function aboutWords(model) {
  const { told } = model;
  const parts = [
    el("bdi", { className: "project" }, clean(told.project)),
    told.kind === "simulation" ? `simulation ${longMoment(model.start)} to ${longMoment(model.end)}` : `plan at ${longMoment(model.start)}`,
    told.kind === "simulation" ? `job${told.jobs.length === 1 ? "" : "s"} ${listWords(told.jobs.map(clean))}` : "",
    told.full_refresh ? "full refresh" : "",
    `mode ${clean(told.mode)}, values as ${clean(told.engine)}`,
    ...told.basis.map(clean),
  ].filter(Boolean);
  return parts.flatMap((part, at) => (at ? [" · ", part] : [part]));
}

/** @param {Model} model */
function tiles(model) {
  const { totals } = model.told;
  const could = totals.builds + totals.reuses;
  const share = could ? ` (${Math.round((totals.builds / could) * 100)}%)` : "";
  const latest = model.nodes.reduce((/** @type {Item | null} */ best, item) => ((item.told.age?.worst_lag ?? -1) > (best?.told.age?.worst_lag ?? -1) ? item : best), null);
  const late = latest?.told.age ? latest : null;
  /** @type {[string, string, string, () => void][]} */
  const all = [
    ["Runs", numberWords(totals.runs), `${clean(listWords(model.told.jobs))}`, () => choose("")],
    ["Builds", numberWords(totals.builds), `of ${numberWords(could)}${share}`, () => look({ sort: "builds", descending: true })],
    ["Building", spanWords(totals.seconds), `of ${spanWords(totals.seconds_without)}`, () => look({ sort: "seconds", descending: true })],
    ["Worst lag", spanWords(totals.worst_lag), late ? late.name : "no data", () => late && goToWorst(late, "lag")],
  ];
  for (const [key, title, words] of [["starved", "Starved", "wait in vain for all"], ["never_built", "Never built", "after the first time"], ["always_built", "Always built", "by every run"]]) {
    all.push([title, numberWords(model.told[key].length), words, () => look({ only: view.only === key ? "" : key })]);
  }
  return el(
    "div",
    { className: "tiles" },
    ...all.map(([title, number, words, act]) => button(el("span", {}, el("span", { className: "tile-title" }, title), el("span", { className: "tile-words", title: words }, el("b", {}, number), el("bdi", { className: "dim" }, words))), act, { className: "tile" })),
  );
}

/** @param {Model} model */
function notes(model) {
  const titles = { note: "About what was read", warning: "Warnings", assumed: "Assumed" };
  const parts = Object.entries(titles).flatMap(([kind, title]) => {
    /** @type {Map<string, string[]>} */
    const alike = new Map();
    for (const note of model.told.notes) {
      if (note.kind !== kind) continue;
      const names = alike.get(note.text) || [];
      alike.set(note.text, names);
      if (note.unique_id) names.push(model.items.get(note.unique_id)?.name ?? nameOf(note.unique_id));
    }
    if (!alike.size) return [];
    const lines = [...alike].map(([text, names]) => el("li", {}, el("bdi", { className: "dim" }, names.length ? `${listWords(names)}: ` : ""), el("bdi", {}, clean(text))));
    return [el("details", { className: `notes notes-${kind}`, open: kind !== "assumed" && lines.length < 4 }, el("summary", {}, `${title} (${numberWords(alike.size)})`), el("ul", {}, ...lines))];
  });
  return el("div", { className: "all-notes" }, ...parts);
}

/** @param {Model} model */
function foldersOf(model) {
  const found = new Set();
  for (const item of model.nodes) {
    const parts = (item.told.folder || "").split("/").filter(Boolean);
    for (let count = 1; count <= parts.length; count++) found.add(parts.slice(0, count).join("/"));
  }
  return /** @type {string[]} */ ([...found].sort());
}

/**
 * @param {HTMLSelectElement} select
 * @param {string} first
 * @param {string[]} values
 * @param {string} value
 */
function fillSelect(select, first, values, value) {
  const every = value && !values.includes(value) ? [value, ...values] : values;
  select.replaceChildren(el("option", { value: "" }, first), ...every.map((one) => el("option", { value: one }, clean(one))));
  select.value = value;
  select.hidden = !every.length;
}

function tabs() {
  const tab = (/** @type {string} */ key, /** @type {string} */ title) => button(title, () => look({ tab: key }), { className: "tab", "aria-pressed": String(view.tab === key) });
  return el("div", { className: "tabs", role: "group", "aria-label": "View" }, tab("timeline", "Timeline"), tab("table", "Table"));
}

/** What changes with the run and the filters. */
function updateBars() {
  const model = shown();
  const counts = countDecisions();
  const listed = DECISIONS.filter((decision) => counts[decision] || view.decision === decision);
  if (counts.none) listed.push("none");
  chips.replaceChildren(
    ...listed.map((decision) => {
      const pressed = view.decision === decision;
      const label = el("span", {}, badge(decision), el("b", {}, ` ${numberWords(counts[decision] || 0)}`));
      return button(label, () => look({ decision: pressed ? "" : decision }), { className: "chip", "aria-pressed": String(pressed) });
    }),
  );
  if (view.only) {
    const words = { starved: "starved", never_built: "never built", always_built: "always built" }[view.only];
    chips.append(button(`only ${words} ×`, () => look({ only: "" }), { className: "chip", "aria-pressed": "true" }));
  }
  counted.textContent = rows.length === model.nodes.length ? countWords(rows.length, "node") : `${numberWords(rows.length)} of ${countWords(model.nodes.length, "node")}`;
  for (const tab of legendBar.querySelectorAll(".tab")) {
    tab.setAttribute("aria-pressed", String(tab.textContent?.toLowerCase() === view.tab));
  }
  const run = model.runs[view.run];
  if (!run) return;
  const { told } = run;
  const others = told.others ? `, ${numberWords(told.others)} other` : "";
  const words = `${shortMoment(run.at)} UTC · run ${numberWords(view.run + 1)} of ${numberWords(model.runs.length)} · ${run.job} · ${countWords(told.builds, "build")}, ${countWords(told.reuses, "reuse")}${others}${told.status === "success" ? "" : `, ${told.status}`}`;
  if (runWords.textContent !== words) runWords.textContent = words;
  slider.value = String(view.run);
  slider.setAttribute("aria-valuetext", words);
}

/** @param {boolean} anew */
function drawBars(anew) {
  const width = Math.floor(sliderBars.clientWidth);
  if (!app.model || !width || (!anew && width === barsWidth)) return;
  barsWidth = width;
  sliderBars.replaceChildren(barsOf(app.model, width, 26));
}
