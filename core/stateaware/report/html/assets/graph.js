// @ts-check
"use strict";
// The graph: all of it where it is small, else what is around the chosen node; coloured by decision.

/** Up to so many nodes the whole graph is shown by itself. */
const SMALL = 48;
/** Around a node there are at most so many. */
const NEAR = 40;

const graphBox = el("section", { className: "graph", "aria-label": "Graph" });
const graphBar = el("div", { className: "graph-bar" });
const graphView = el("div", { className: "graph-view" });
/** @type {{layout: Layout, boxes: Map<string, SVGElement>, paths: {element: SVGElement, from: string, to: string}[], canvas: SVGElement, key: string} | null} */
let drawnGraph = null;
/** `moved` is whether the reader has moved it, `all` whether all is to be seen, however small. */
const camera = { x: 0, y: 0, zoom: 1, moved: false, all: false };

function startGraph() {
  graphBox.append(graphBar, graphView);
  graphView.addEventListener("pointerdown", dragGraph);
  graphView.addEventListener("keydown", onGraphKey);
  graphView.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = graphView.getBoundingClientRect();
      zoomGraph(Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
  new ResizeObserver(() => drawnGraph && !camera.moved && fitGraph(camera.all)).observe(graphView);
  return graphBox;
}

/** Whether everything is to be shown. */
function isWhole() {
  const model = shown();
  return view.whole ?? model.nodes.length + model.sources.length <= SMALL;
}

/** The nodes around one, nearest first. @param {Item} item */
function nearTo(item) {
  const found = new Set([item]);
  let [above, below] = [[item], [item]];
  for (let step = 0; step < 3 && found.size < NEAR; step++) {
    above = above.flatMap((one) => one.parents);
    below = below.flatMap((one) => one.children).filter((one) => !isTest(one));
    for (const one of [...above, ...below]) if (found.size < NEAR) found.add(one);
  }
  return [...found];
}

/** Draw what is to be seen, if it is not what is there. */
function updateGraph() {
  const model = shown();
  const whole = isWhole();
  const item = chosen();
  const items = whole ? [...model.sources, ...model.nodes.filter((one) => !isTest(one))] : item ? nearTo(item) : [];
  updateGraphBar(whole, items.length);
  if (!items.length) {
    drawnGraph = null;
    graphView.replaceChildren(el("p", { className: "nothing" }, "Choose a node to see what it reads and what reads it."));
    return;
  }
  const key = `${whole}|${items.map((one) => one.id).sort().join("|")}`;
  if (drawnGraph?.key !== key) {
    drawGraph(items, key);
    paintGraph();
    fitGraph();
  } else paintGraph();
  if (whole && item) bringIntoSight(item);
}

/**
 * @param {boolean} whole
 * @param {number} count
 */
function updateGraphBar(whole, count) {
  const model = shown();
  const item = chosen();
  const every = model.nodes.length + model.sources.length;
  const title = whole ? countWords(count, "node") : item ? `around ${item.name}` : "";
  graphBar.replaceChildren(
    el("h2", {}, "Graph ", el("span", { className: "dim" }, title)),
    button(whole ? "Near" : `All ${numberWords(every)}`, () => look({ whole: !whole }), { className: "small", title: whole ? "only what is around the chosen node" : "every node" }),
    button("−", () => zoomGraph(0.8), { className: "small", "aria-label": "Smaller" }),
    button("+", () => zoomGraph(1.25), { className: "small", "aria-label": "Larger" }),
    button("Fit", () => fitGraph(true), { className: "small" }),
    button(view.wide ? "Narrow" : "Wide", () => look({ wide: !view.wide }), { className: "small", "aria-pressed": String(view.wide) }),
  );
}

/**
 * @param {Item[]} items
 * @param {string} key
 */
function drawGraph(items, key) {
  const layout = layOut(items);
  const canvas = svg("g");
  const paths = layout.edges.map(({ from, to, path }) => {
    const element = svg("path", { class: "edge", d: edgePath(layout, path) });
    canvas.append(element);
    return { element, from: from.id, to: to.id };
  });
  /** @type {Map<string, SVGElement>} */
  const boxes = new Map();
  for (const [item, slot] of layout.slots) {
    const width = layout.widths[slot.layer];
    const box = svg(
      "g",
      { class: "box", transform: `translate(${layout.lefts[slot.layer]},${slot.y - BOX / 2})`, role: "button", tabindex: -1 },
      svg("title", {}, item.name),
      svg("rect", { width, height: BOX, rx: item.source ? 11 : 3 }),
      svg("text", { x: 8, y: 15, class: "sign" }),
      svg("text", { x: 21, y: 15 }, shortLabel(item)),
    );
    box.addEventListener("click", () => choosePlace(item.id));
    box.addEventListener("focus", () => bringIntoSight(item));
    boxes.set(item.id, box);
    canvas.append(box);
  }
  const home = svg("svg", { role: "group", "aria-label": "Graph of nodes; arrow keys go from one to the next" }, canvas);
  graphView.replaceChildren(home);
  drawnGraph = { layout, boxes, paths, canvas, key };
}

/**
 * @param {Layout} layout
 * @param {Slot[]} path
 */
function edgePath(layout, path) {
  let made = "";
  for (let at = 1; at < path.length; at++) {
    const [one, other] = [path[at - 1], path[at]];
    const from = layout.lefts[one.layer] + layout.widths[one.layer];
    const to = layout.lefts[other.layer];
    const middle = (from + to) / 2;
    if (at === 1) made += `M${from},${one.y}`;
    made += `C${middle},${one.y} ${middle},${other.y} ${to},${other.y}`;
    if (at < path.length - 1) made += `L${to + layout.widths[other.layer]},${other.y}`;
  }
  return made;
}

/** Colour every node by what happens to it in this run. */
function paintGraph() {
  if (!drawnGraph) return;
  const model = shown();
  const item = chosen();
  // what the filters leave out stays in sight, but steps back
  const listed = rows.length < model.nodes.length ? new Set(rows) : null;
  const first = item && drawnGraph.boxes.has(item.id) ? item.id : [...drawnGraph.boxes.keys()][0];
  for (const [id, box] of drawnGraph.boxes) {
    const one = model.items.get(id);
    if (!one) continue;
    const state = stateNow(one);
    const isChosen = id === view.node;
    const out = listed && !one.source && !listed.has(one);
    box.setAttribute("class", `box is-${state.decision}${isChosen ? " chosen" : ""}${out ? " out" : ""}`);
    box.setAttribute("tabindex", id === first ? "0" : "-1");
    box.setAttribute("aria-label", one.source ? one.name : `${one.name}, ${state.decision === "none" ? state.text : state.decision}`);
    const sign = box.querySelector(".sign");
    if (sign) sign.textContent = one.source ? sourceSign(model, one) : state.symbol;
  }
  for (const { element, from, to } of drawnGraph.paths) {
    element.setAttribute("class", from === view.node || to === view.node ? "edge near" : "edge");
  }
}

/**
 * A source has new data in a run where something has come since the one before.
 * @param {Model} model
 * @param {Item} source
 */
function sourceSign(model, source) {
  const run = model.runs[view.run];
  if (!run) return "○";
  const data = newestData(model, source, run.at);
  const before = view.run ? model.runs[view.run - 1].at : -Infinity;
  return data !== null && data > before ? "●" : "○";
}

/** @param {boolean} [all] Also where names would be too small to read. */
function fitGraph(all = false) {
  if (!drawnGraph) return;
  const { clientWidth: width, clientHeight: height } = graphView;
  const { layout } = drawnGraph;
  const fitting = Math.min((width - 24) / layout.width, (height - 24) / layout.height, 1);
  const item = chosen();
  const least = all || layout.slots.size > 200 ? 0.02 : item ? 0.8 : 0.55;
  camera.moved = false;
  camera.all = all;
  camera.zoom = Math.max(least, fitting);
  camera.x = Math.max((width - layout.width * camera.zoom) / 2, 12);
  camera.y = Math.max((height - layout.height * camera.zoom) / 2, 12);
  if (item && fitting < camera.zoom) centre(item);
  else moveCamera();
}

/** @param {Item} item */
function centre(item) {
  const slot = drawnGraph?.layout.slots.get(item);
  if (!slot || !drawnGraph) return moveCamera();
  const x = drawnGraph.layout.lefts[slot.layer] + drawnGraph.layout.widths[slot.layer] / 2;
  camera.x = graphView.clientWidth / 2 - x * camera.zoom;
  camera.y = graphView.clientHeight / 2 - slot.y * camera.zoom;
  moveCamera();
}

/** @param {Item} item */
function bringIntoSight(item) {
  const slot = drawnGraph?.layout.slots.get(item);
  if (!slot || !drawnGraph) return;
  const x = drawnGraph.layout.lefts[slot.layer] * camera.zoom + camera.x;
  const y = slot.y * camera.zoom + camera.y;
  const right = x + drawnGraph.layout.widths[slot.layer] * camera.zoom;
  if (x < 0 || y < 8 || right > graphView.clientWidth || y > graphView.clientHeight - 8) centre(item);
}

function moveCamera() {
  drawnGraph?.canvas.setAttribute("transform", `translate(${camera.x},${camera.y}) scale(${camera.zoom})`);
  graphView.classList.toggle("far", camera.zoom < 0.45);
}

/**
 * @param {number} factor
 * @param {number} [x]
 * @param {number} [y]
 */
function zoomGraph(factor, x = graphView.clientWidth / 2, y = graphView.clientHeight / 2) {
  const zoom = Math.max(0.02, Math.min(2.5, camera.zoom * factor));
  camera.x = x - ((x - camera.x) / camera.zoom) * zoom;
  camera.y = y - ((y - camera.y) / camera.zoom) * zoom;
  camera.zoom = zoom;
  camera.moved = true;
  moveCamera();
}

/** On paper the whole drawing takes the room there is. @param {boolean} on */
function printGraph(on) {
  const home = graphView.querySelector("svg");
  if (!drawnGraph || !home) return;
  const { width, height } = drawnGraph.layout;
  if (on) {
    home.setAttribute("viewBox", `-8 -8 ${width + 16} ${height + 16}`);
    drawnGraph.canvas.removeAttribute("transform");
    graphView.classList.remove("far");
  } else {
    home.removeAttribute("viewBox");
    moveCamera();
  }
}

/** @param {PointerEvent} down */
function dragGraph(down) {
  if (down.button !== 0) return;
  const start = { x: camera.x - down.clientX, y: camera.y - down.clientY };
  const move = (/** @type {PointerEvent} */ event) => {
    camera.moved = true;
    camera.x = start.x + event.clientX;
    camera.y = start.y + event.clientY;
    moveCamera();
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", () => window.removeEventListener("pointermove", move), { once: true });
}

/** @param {KeyboardEvent} event */
function onGraphKey(event) {
  if (!drawnGraph || event.ctrlKey || event.metaKey || event.altKey) return;
  const id = [...drawnGraph.boxes].find(([, box]) => box === document.activeElement)?.[0];
  const item = id && shown().items.get(id);
  if (!item) return;
  const { slots, layers } = drawnGraph.layout;
  const slot = slots.get(item);
  if (!slot) return;
  const beside = layers[slot.layer].filter((one) => one.item);
  const place = beside.indexOf(slot);
  /** @type {Record<string, Item | null | undefined>} */
  const ways = {
    ArrowLeft: item.parents.find((one) => slots.has(one)),
    ArrowRight: item.children.find((one) => slots.has(one)),
    ArrowUp: beside[place - 1]?.item,
    ArrowDown: beside[place + 1]?.item,
  };
  if (event.key === "Enter" || event.key === " ") choose(item.id);
  else if (event.key in ways) {
    const next = ways[event.key];
    const box = next && drawnGraph.boxes.get(next.id);
    if (box) {
      document.activeElement?.setAttribute("tabindex", "-1");
      box.setAttribute("tabindex", "0");
      box.focus();
    }
  } else return;
  event.preventDefault();
}
