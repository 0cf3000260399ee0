// @ts-check
"use strict";
// How the page says things, and how it puts elements together. Nothing from the document becomes markup.

/** What a decision looks like without its colour. @type {Record<string, string>} */
const SYMBOLS = { build: "+", clone: ">", reuse: "=", skip: "-", unknown: "?", inline: "·", absent: "·", none: " " };
/** In the order in which they are listed. */
const DECISIONS = ["build", "clone", "unknown", "skip", "reuse", "inline", "absent"];
const HOUR = 3600e3;
const DAY = 24 * HOUR;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
// what drives terminals or reorders what people see, as everywhere in stateaware
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * A text of the document as it may be shown: characters that reorder or hide others are written out.
 * @param {unknown} text
 */
function clean(text) {
  return String(text ?? "").replace(HIDDEN, (one) => {
    const code = one.charCodeAt(0);
    if (code === 9 || code === 10 || code === 13) return " ";
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** @param {number} count */
function numberWords(count) {
  return Math.round(count).toLocaleString("en-US");
}

/**
 * @param {number} count
 * @param {string} what
 */
function countWords(count, what) {
  return `${numberWords(count)} ${what}${count === 1 ? "" : "s"}`;
}

/**
 * A length of time by its two largest units: `1 h 10 min`.
 * @param {number} seconds
 */
function spanWords(seconds) {
  let left = Math.max(0, Math.floor(seconds));
  /** @type {string[]} */
  const parts = [];
  for (const [unit, size] of /** @type {[string, number][]} */ ([["day", 86400], ["h", 3600], ["min", 60], ["s", 1]])) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count) parts.push(`${count} ${unit}${unit === "day" && count > 1 ? "s" : ""}`);
    if (parts.length === 2 || (parts.length && !count)) break;
  }
  return parts.join(" ") || "0 s";
}

/** @param {number} number */
function two(number) {
  return String(number).padStart(2, "0");
}

/**
 * `Sun 22 Nov 09:00`, in UTC; seconds where there are any.
 * @param {number} time
 */
function shortMoment(time) {
  const moment = new Date(time);
  const day = `${WEEKDAYS[moment.getUTCDay()]} ${moment.getUTCDate()} ${MONTHS[moment.getUTCMonth()]}`;
  return `${day} ${clockWords(time)}`;
}

/**
 * `2026-11-22 09:00 UTC`
 * @param {number} time
 */
function longMoment(time) {
  return `${new Date(time).toISOString().slice(0, 10)} ${clockWords(time)} UTC`;
}

/** @param {number} time */
function clockWords(time) {
  const moment = new Date(time);
  const seconds = moment.getUTCSeconds();
  const words = `${two(moment.getUTCHours())}:${two(moment.getUTCMinutes())}`;
  return seconds ? `${words}:${two(seconds)}` : words;
}

/**
 * A moment as sentences about another moment say it: the time alone on the same day.
 * @param {number} time
 * @param {number} at
 */
function nearMoment(time, at) {
  return Math.floor(time / DAY) === Math.floor(at / DAY) ? clockWords(time) : shortMoment(time);
}

/** @param {string | null | undefined} text @returns {number | null} */
function readMoment(text) {
  const time = text ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? null : time;
}

/** @param {string[]} names */
function listWords(names) {
  if (names.length > 4) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

/**
 * The name of a node that is not in the document, from its unique_id.
 * @param {string} id
 */
function nameOf(id) {
  const [kind, , ...rest] = id.split(".");
  const name = rest.join(".");
  return clean(kind === "model" ? name || id : name ? `${kind} ${name}` : id);
}

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element with properties, attributes (with a dash, or `role`) and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (key.includes("-") || key === "role" || key === "for") made.setAttribute(key, String(value));
    else /** @type {any} */ (made)[key] = value;
  }
  made.append(.../** @type {(Node | string)[]} */ (children.filter((one) => one !== null && one !== undefined && one !== false)));
  return made;
}

/**
 * The same for SVG; all properties are attributes.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElement}
 */
function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/**
 * A name that cannot reorder what stands around it.
 * @param {string} text
 * @param {string} [className]
 */
function nameElement(text, className = "name") {
  return el("bdi", { className, title: clean(text) }, clean(text));
}

/**
 * The sign and the word of a decision.
 * @param {string} decision
 * @param {string} [symbol]
 */
function badge(decision, symbol) {
  return el(
    "span",
    { className: `badge is-${decision}` },
    el("span", { className: "sign", "aria-hidden": "true" }, symbol || SYMBOLS[decision] || " "),
    decision === "none" ? "not in this run" : decision,
  );
}

/**
 * @param {Child} label
 * @param {() => void} act
 * @param {Record<string, any>} [properties]
 */
function button(label, act, properties = {}) {
  return el("button", { type: "button", onclick: act, ...properties }, label);
}
