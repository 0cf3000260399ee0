// @ts-check
"use strict";
// Places the nodes of a graph in layers, parents to the left of their children.

/**
 * @typedef {object} Slot A node in its layer, or the place where a long edge passes one.
 * @property {Item | null} item
 * @property {number} layer
 * @property {number} place In its layer.
 * @property {number} y The middle.
 * @property {number} tall
 * @property {Slot[]} up
 * @property {Slot[]} down
 */

/** @typedef {{slots: Map<Item, Slot>, edges: {from: Item, to: Item, path: Slot[]}[], layers: Slot[][], widths: number[], lefts: number[], width: number, height: number}} Layout */

const BOX = 22;
const GAP = 7;
const BETWEEN = 24;
const LONGEST = 24;
/** From so many nodes on, edges go straight, and layers take several columns. */
const LARGE = 200;

/**
 * @param {Item[]} items
 * @returns {Layout}
 */
function layOut(items) {
  const inside = new Set(items);
  const large = items.length > LARGE;
  const depth = depths(items, inside);
  /** @type {Map<Item, Slot>} */
  const slots = new Map();
  /** @type {Slot[][]} */
  let layers = Array.from({ length: Math.max(0, ...depth.values()) + 1 }, () => []);
  const put = (/** @type {Item | null} */ item, /** @type {number} */ layer) => {
    /** @type {Slot} */
    const slot = { item, layer, place: layers[layer].length, y: 0, tall: item ? BOX : 4, up: [], down: [] };
    layers[layer].push(slot);
    return slot;
  };
  for (const item of items) slots.set(item, put(item, depth.get(item) || 0));
  const edges = [];
  for (const to of items) {
    for (const from of to.parents) {
      if (!inside.has(from)) continue;
      const [first, last] = [slots.get(from), slots.get(to)];
      if (!first || !last || first.layer >= last.layer) continue;
      const path = [first];
      for (let layer = first.layer + 1; !large && layer < last.layer; layer++) path.push(put(null, layer));
      path.push(last);
      for (let at = 1; at < path.length; at++) {
        path[at].up.push(path[at - 1]);
        path[at - 1].down.push(path[at]);
      }
      edges.push({ from, to, path });
    }
  }
  order(layers);
  if (large) layers = inColumns(layers, Math.ceil(Math.sqrt(items.length * 3.9)));
  spread(layers);
  const widths = layers.map((layer) => Math.max(24, ...layer.map((slot) => (slot.item ? boxWidth(slot.item) : 0))));
  const lefts = [];
  let left = 0;
  for (const width of widths) {
    lefts.push(left);
    left += width + BETWEEN;
  }
  const bottoms = layers.flatMap((layer) => layer.map((slot) => slot.y + slot.tall / 2));
  const tops = layers.flatMap((layer) => layer.map((slot) => slot.y - slot.tall / 2));
  const top = tops.reduce((one, other) => Math.min(one, other), Infinity);
  for (const layer of layers) for (const slot of layer) slot.y -= top;
  const height = bottoms.reduce((one, other) => Math.max(one, other), 0) - top;
  return { slots, edges, layers, widths, lefts, width: left - BETWEEN, height };
}

/**
 * Layers with at most so many slots: those of a large one go to several columns in turn, so that heights stay.
 * @param {Slot[][]} layers
 * @param {number} most
 */
function inColumns(layers, most) {
  const columns = layers.flatMap((layer) => {
    const count = Math.ceil(layer.length / most);
    return Array.from({ length: count }, (_, at) => layer.filter((slot) => slot.place % count === at));
  });
  columns.forEach((column, layer) => column.forEach((slot, place) => Object.assign(slot, { layer, place })));
  return columns;
}

/** The shape says that it is a source. @param {Item} item */
function labelOf(item) {
  return item.source ? item.name.replace(/^source /, "") : item.name;
}

/** @param {Item} item */
function shortLabel(item) {
  const words = labelOf(item);
  return words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
}

/** @type {CanvasRenderingContext2D | null} */
let ruler = null;

/** @param {Item} item */
function boxWidth(item) {
  if (!ruler) {
    ruler = document.createElement("canvas").getContext("2d");
    if (ruler) ruler.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  }
  const words = shortLabel(item);
  return 29 + (ruler ? ruler.measureText(words).width : words.length * 7);
}

/**
 * The layer of each node: one after its last parent; what has no parents stands right before its children.
 * @param {Item[]} items
 * @param {Set<Item>} inside
 */
function depths(items, inside) {
  /** @type {Map<Item, number>} */
  const found = new Map();
  // sources first; the nodes of a document come after their parents
  for (const item of [...items].sort((one, other) => Number(other.source) - Number(one.source) || one.order - other.order)) {
    found.set(item, Math.max(-1, ...item.parents.filter((one) => inside.has(one)).map((one) => found.get(one) ?? -1)) + 1);
  }
  for (const item of items) {
    if (item.parents.some((one) => inside.has(one))) continue;
    const below = item.children.filter((one) => inside.has(one)).map((one) => found.get(one) || 0);
    if (below.length) found.set(item, Math.max(0, Math.min(...below) - 1));
  }
  return found;
}

/**
 * Order the layers so that few edges cross: each slot goes to the middle of its neighbours, up and down in turn.
 * @param {Slot[][]} layers
 */
function order(layers) {
  const sweeps = layers.length > 1 ? 8 : 0;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const wanted = new Map(
        layer.map((slot) => {
          const near = down ? slot.up : slot.down;
          const middle = near.reduce((sum, one) => sum + one.place / sizeOf(layers, one), 0) / near.length;
          return [slot, near.length ? middle : slot.place / layer.length];
        }),
      );
      layer.sort((one, other) => (wanted.get(one) || 0) - (wanted.get(other) || 0) || one.place - other.place);
      layer.forEach((slot, place) => (slot.place = place));
    }
  }
}

/**
 * @param {Slot[][]} layers
 * @param {Slot} slot
 */
function sizeOf(layers, slot) {
  return Math.max(1, layers[slot.layer].length);
}

/**
 * Heights: near the neighbours, in order, without touching.
 * @param {Slot[][]} layers
 */
function spread(layers) {
  for (const layer of layers) {
    let y = 0;
    for (const slot of layer) {
      slot.y = y + slot.tall / 2;
      y += slot.tall + GAP;
    }
    for (const slot of layer) slot.y -= y / 2;
  }
  for (let round = 0; round < 10; round++) {
    const down = round % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const wanted = layer.map((slot) => {
        const near = down ? slot.up : slot.down;
        return near.length ? near.reduce((sum, one) => sum + one.y, 0) / near.length : slot.y;
      });
      settleLayer(layer, wanted);
    }
  }
}

/**
 * Move the slots of a layer towards where they want to be; those that push each other share the way.
 * @param {Slot[]} layer
 * @param {number[]} wanted
 */
function settleLayer(layer, wanted) {
  /** @type {{from: number, to: number, y: number, sum: number, tall: number}[]} */
  const blocks = [];
  layer.forEach((slot, at) => {
    let block = { from: at, to: at, y: wanted[at], sum: wanted[at] - slot.tall / 2, tall: slot.tall };
    block.y = block.sum;
    for (let before = blocks.at(-1); before && before.y + before.tall + GAP > block.y; before = blocks.at(-1)) {
      blocks.pop();
      const count = before.to - before.from + 1;
      const own = block.to - block.from + 1;
      const sum = before.sum + block.sum - own * (before.tall + GAP);
      block = { from: before.from, to: block.to, y: sum / (count + own), sum, tall: before.tall + GAP + block.tall };
    }
    blocks.push(block);
  });
  for (const block of blocks) {
    let y = block.y;
    for (let at = block.from; at <= block.to; at++) {
      layer[at].y = y + layer[at].tall / 2;
      y += layer[at].tall + GAP;
    }
  }
}
