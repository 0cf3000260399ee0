// @ts-check
"use strict";
// Time from left to right: the track of a node, the bars of all runs, and the ticks above them.

/** @type {Record<string, string>} */
let colors = {};

/** Read the colours of the style that is in force. */
function readColors() {
  const style = getComputedStyle(document.body);
  for (const name of ["build", "reuse", "unknown", "skip", "clone", "data", "hold", "line", "wait"]) {
    colors[name] = style.getPropertyValue(`--${name}`).trim();
  }
  drawn.clear();
}

/** Tracks by node, of the present width. @type {Map<string, HTMLCanvasElement>} */
const drawn = new Map();
let drawnWidth = 0;
const TRACK_HEIGHT = 24;

/**
 * @param {number} width
 * @param {number} height
 */
function canvasOf(width, height) {
  const scale = window.devicePixelRatio || 1;
  const canvas = el("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const brush = canvas.getContext("2d");
  brush?.scale(scale, scale);
  return { canvas, brush };
}

/**
 * @param {Model} model
 * @param {number} width
 */
function scaleOf(model, width) {
  const length = Math.max(1, model.end - model.start);
  return (/** @type {number} */ time) => ((time - model.start) / length) * (width - 8) + 4;
}

/**
 * The track of a node: new data above, builds as bars, reuses as dots, windows as a band.
 * @param {Model} model
 * @param {Item} item
 * @param {number} width
 */
function trackOf(model, item, width) {
  if (width !== drawnWidth) drawn.clear();
  drawnWidth = width;
  let canvas = drawn.get(item.id);
  if (!canvas) {
    const made = canvasOf(width, TRACK_HEIGHT);
    canvas = made.canvas;
    canvas.className = "track";
    if (made.brush) paintTrack(model, item, made.brush, scaleOf(model, width));
    if (drawn.size > 3000) drawn.clear();
    drawn.set(item.id, canvas);
  }
  return canvas;
}

/**
 * @param {Model} model
 * @param {Item} item
 * @param {CanvasRenderingContext2D} brush
 * @param {(time: number) => number} x
 */
function paintTrack(model, item, brush, x) {
  const window_ = (item.told.window?.seconds || 0) * 1000;
  const right = x(model.end);
  brush.fillStyle = colors.hold;
  if (window_ > 0) {
    const before = readMoment(item.told.built_before);
    for (const end of [...(before === null ? [] : [before]), ...item.builds.map((build) => build.end)]) {
      const from = Math.max(x(model.start), x(end));
      brush.fillRect(from, 9, Math.max(0, Math.min(right, x(end + window_)) - from), 12);
    }
  }
  brush.fillStyle = colors.line;
  brush.fillRect(x(model.start), 15, right - x(model.start), 0.5);
  paintLoads(model, item, brush, x);
  const marks = item.marks || [];
  for (const run of model.runs) {
    if (!marks[run.number]) continue;
    const state = stateOf(model, item, run.number);
    if (state.decision !== "build" && state.decision !== "clone") paintMark(brush, x(run.at), state);
  }
  // so many runs may stand in so little room that bars of full width would be one
  const least = Math.min(2, Math.max(0.8, ((right - x(model.start)) / Math.max(1, model.runs.length)) * 0.6));
  for (const build of item.builds) {
    const clone = stateOf(model, item, build.run).decision === "clone";
    brush.fillStyle = clone ? colors.clone : colors.build;
    brush.fillRect(x(build.start), 8, Math.max(least, x(build.end) - x(build.start)), 14);
  }
}

/**
 * @param {Model} model
 * @param {Item} item
 * @param {CanvasRenderingContext2D} brush
 * @param {(time: number) => number} x
 */
function paintLoads(model, item, brush, x) {
  brush.fillStyle = colors.data;
  let last = -9;
  const times = item.lists.length === 1 ? model.loads[item.lists[0]] : item.lists.flatMap((one) => model.loads[one]).sort((a, b) => a - b);
  for (const time of times) {
    if (time < model.start) continue;
    const at = x(time);
    if (at - last < 0.7) continue;
    last = at;
    brush.beginPath();
    brush.moveTo(at - 2.2, 1);
    brush.lineTo(at + 2.2, 1);
    brush.lineTo(at, 6);
    brush.fill();
  }
}

/**
 * A run without a build: a dot for a reuse, a ring where something new waits, a cross for a skip.
 * @param {CanvasRenderingContext2D} brush
 * @param {number} at
 * @param {State} state
 */
function paintMark(brush, at, state) {
  if (state.decision === "reuse") {
    if (state.reason === "NO_CHANGES" || state.reason === "PARENT_REUSED") {
      brush.fillStyle = colors.reuse;
      brush.fillRect(at - 0.6, 13.4, 1.6, 3.6);
      return;
    }
    brush.fillStyle = colors.wait;
    brush.fillRect(at - 0.6, 10.5, 1.6, 9);
    return;
  }
  brush.fillStyle = state.decision === "unknown" ? colors.unknown : colors.skip;
  if (state.decision === "unknown" || state.decision === "skip") {
    brush.fillRect(at - 0.6, 10, 1.8, 4);
    brush.fillRect(at - 0.6, 16, 1.8, 4);
  }
}

/**
 * The bars of all runs: builds below, reuses above them.
 * @param {Model} model
 * @param {number} width
 * @param {number} height
 */
function barsOf(model, width, height) {
  const { canvas, brush } = canvasOf(width, height);
  if (!brush) return canvas;
  const count = model.runs.length;
  const most = Math.max(1, ...model.runs.map((run) => run.told.builds + run.told.reuses + run.told.others));
  const place = (/** @type {number} */ number) => 8 + (count > 1 ? (number / (count - 1)) * (width - 16) : 0);
  const wide = Math.max(1, Math.min(10, (width - 16) / count - 1));
  for (const run of model.runs) {
    let bottom = height;
    for (const [key, color] of [["builds", colors.build], ["others", colors.unknown], ["reuses", colors.hold]]) {
      const tall = (run.told[key] / most) * (height - 2);
      brush.fillStyle = color;
      brush.fillRect(place(run.number) - wide / 2, bottom - tall, wide, tall);
      bottom -= tall;
    }
  }
  return canvas;
}

/**
 * The ticks of a scale: days, or parts of days where there are few.
 * @param {Model} model
 * @param {number} width
 * @returns {{time: number, label: string}[]}
 */
function ticksOf(model, width) {
  const most = Math.max(1, Math.floor(width / 74));
  const length = model.end - model.start;
  const steps = [HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 364 * DAY, 3640 * DAY];
  const step = steps.find((one) => length / one <= most) || 3640 * DAY;
  const found = [];
  for (let time = Math.ceil(model.start / step) * step; time < model.end; time += step) {
    const moment = new Date(time);
    const midnight = time % DAY === 0;
    const day = `${WEEKDAYS[moment.getUTCDay()]} ${moment.getUTCDate()}`;
    found.push({ time, label: midnight ? (step >= 7 * DAY ? `${moment.getUTCDate()} ${MONTHS[moment.getUTCMonth()]}` : day) : clockWords(time) });
  }
  return found.filter((tick) => (tick.time - model.start) / length < 1 - 48 / width);
}

/**
 * What a track shows, in words.
 * @param {Item} item
 */
function trackWords(item) {
  return `${countWords(item.told.builds, "build")}, ${countWords(item.told.reuses, "reuse")}`;
}

/** The run that is nearest to a moment. @param {Model} model @param {number} time */
function nearestRun(model, time) {
  let best = 0;
  for (const run of model.runs) {
    if (Math.abs(run.at - time) < Math.abs(model.runs[best].at - time)) best = run.number;
  }
  return best;
}

/** What the signs of the timeline mean. */
function legend() {
  const parts = [
    ["data", "new data"],
    ["build", "build"],
    ["wait", "reuse, something new waits"],
    ["reuse", "reuse, nothing new"],
    ["hold", "window"],
  ];
  return parts.map(([name, words]) => el("span", { className: "explains" }, el("i", { className: `key key-${name}`, "aria-hidden": "true" }), words));
}
