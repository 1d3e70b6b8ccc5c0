// The page: which image is seen, which part of it, and what is said about it.

import { TileLayer } from './tiles.js';
import { HeatMap } from './heatmap.js';
import { attachGestures } from './gestures.js';

const LARGEST_SCALE = 64;
const SMALLEST_OF_FIT = 0.5;
const POLL_EVERY = 500;
const STEP = 1.5;
const MOVE = 0.1;
const STEADY_AFTER = 150;
const CHECKER = 12;

const element = id => document.getElementById(id);
const canvas = element('canvas');
const context = canvas.getContext('2d', { alpha: false });
const number = new Intl.NumberFormat('en');

let names = [];
let current = null;   // { number, info, layer, heat }
let view = null;      // Pixels of the screen: where the image's corner is, and how many one of its pixels takes.
let fits = true;      // Whether the view follows the window.
let showsHeat = false;
let pointer = null;
let frameAsked = false;
let scaledAt = -Infinity;

start().catch(report);

async function start() {
  names = (await ask('/images')).names;
  const images = element('images');
  images.hidden = names.length === 1;
  images.replaceChildren(...names.map((name, i) => new Option(name, i)));
  images.addEventListener('change', () => open(Number(images.value)).catch(report));

  const sizes = new ResizeObserver(resize);
  try {
    sizes.observe(canvas, { box: 'device-pixel-content-box' });
  } catch {
    sizes.observe(canvas);
  }

  attachGestures(canvas, { pan, zoom, hover });
  addEventListener('keydown', pressKey);
  element('fit').addEventListener('click', fit);
  element('actual').addEventListener('click', () => zoomTo(1));
  element('in').addEventListener('click', () => zoom(STEP));
  element('out').addEventListener('click', () => zoom(1 / STEP));
  element('heat').addEventListener('click', toggleHeat);
  element('help').addEventListener('click', () => element('keys').showModal());
  addEventListener('hashchange', () => follow(location.hash));
  await follow(location.hash);
}

async function ask(path) {
  const response = await fetch(path);
  const answer = await response.json();
  if (!response.ok)
    throw new Error(answer.error);
  return answer;
}

/** Goes where the address says: image, column and row in the middle, and scale. */
async function follow(hash) {
  const [image, x, y, scale] = hash.slice(1).split(',').map(Number);
  const index = Number.isInteger(image) && image >= 0 && image < names.length ? image : 0;
  if (current?.number !== index)
    await open(index);
  if (scale > 0 && Number.isFinite(x + y + scale)) {
    fits = false;
    view = { scale, x: canvas.width / 2 - x * scale, y: canvas.height / 2 - y * scale };
    keepInside();
  }

  redraw();
}

async function open(index) {
  const info = await ask(`/image/${index}/info`);
  current?.layer.close();
  element('message').hidden = true;
  current = { number: index, info, heat: null, layer: new TileLayer(index, info, redraw, report) };
  document.title = `${info.name} - Tessera`;
  element('name').textContent = info.name;
  element('images').value = index;
  const frame = info.frames > 1 ? `, frame ${info.frame} of ${info.frames}` : '';
  element('size').textContent = `${number.format(info.width)} × ${number.format(info.height)}, ${info.format}${frame}, `
    + `${number.format(info.bytes)} bytes, ${info.bitsPerSubpixel.toFixed(3)} bits per subpixel`;
  hover(null);
  fit();
  poll(current);
  await loadHeat(current).catch(error => { current.mapFailure = error.message; });
}

/** Follows the overview until it is complete. */
async function poll(image) {
  while (image === current && !image.info.overview.isComplete && !image.info.overview.failure) {
    await new Promise(resolve => setTimeout(resolve, POLL_EVERY));
    try {
      Object.assign(image.info, await ask(`/image/${image.number}/info`));
    } catch (error) {
      report(error);
    }

    if (image === current)
      redraw();
  }

  if (image === current && image.info.overview.failure)
    report(new Error(image.info.overview.failure));
}

async function loadHeat(image) {
  image.heat = new HeatMap(image.info, await ask(`/image/${image.number}/map`));
  if (image !== current)
    return;
  const { map } = image.heat;
  element('lowest').textContent = map.lowest.toFixed(3);
  element('highest').textContent = map.highest.toFixed(3);
  const scale = element('scale').getContext('2d');
  map.scale.forEach((color, i) => fill(scale, color, i));
  element('models').replaceChildren(...map.models.filter(m => m.tiles > 0).map(m => {
    const item = document.createElement('li'), swatch = document.createElement('canvas');
    swatch.width = swatch.height = 1;
    fill(swatch.getContext('2d'), m.color, 0);
    item.append(swatch, `${m.id}: ${number.format(m.tiles)} ${m.tiles === 1 ? 'tile' : 'tiles'}`);
    return item;
  }));
  redraw();
}

function fill(target, color, x) {
  target.fillStyle = color;
  target.fillRect(x, 0, 1, 1);
}

function toggleHeat() {
  showsHeat = !showsHeat;
  element('heat').setAttribute('aria-pressed', showsHeat);
  if (showsHeat && current?.mapFailure)
    report(new Error(current.mapFailure));
  redraw();
}

function resize(entries) {
  const entry = entries[entries.length - 1], size = entry.devicePixelContentBoxSize?.[0];
  const before = { x: canvas.width, y: canvas.height };
  canvas.width = Math.max(1, size?.inlineSize ?? Math.round(entry.contentRect.width * devicePixelRatio));
  canvas.height = Math.max(1, size?.blockSize ?? Math.round(entry.contentRect.height * devicePixelRatio));
  if (fits)
    fit();
  else if (view)
    pan((canvas.width - before.x) / 2, (canvas.height - before.y) / 2);
  draw();
}

function fitScale() {
  return Math.min(canvas.width / current.info.width, canvas.height / current.info.height, LARGEST_SCALE);
}

function fit() {
  if (!current)
    return;
  const scale = fitScale();
  view = { scale, x: (canvas.width - current.info.width * scale) / 2, y: (canvas.height - current.info.height * scale) / 2 };
  fits = true;
  redraw();
}

function pan(dx, dy) {
  if (!view)
    return;
  view.x += dx;
  view.y += dy;
  fits = false;
  keepInside();
  redraw();
}

function zoom(factor, x = canvas.width / 2, y = canvas.height / 2) {
  if (view)
    zoomTo(view.scale * factor, x, y);
}

/** Scales the image; a place stays where it is. */
function zoomTo(wanted, x = canvas.width / 2, y = canvas.height / 2) {
  if (!view)
    return;
  const scale = Math.min(LARGEST_SCALE, Math.max(Math.min(1, fitScale() * SMALLEST_OF_FIT), wanted));
  view.x = x - (x - view.x) * scale / view.scale;
  view.y = y - (y - view.y) * scale / view.scale;
  view.scale = scale;
  scaledAt = performance.now();
  fits = false;
  keepInside();
  redraw();
}

/** A part of the image is always seen. */
function keepInside() {
  const width = current.info.width * view.scale, height = current.info.height * view.scale;
  view.x = Math.min(canvas.width / 2, Math.max(canvas.width / 2 - width, view.x));
  view.y = Math.min(canvas.height / 2, Math.max(canvas.height / 2 - height, view.y));
}

function hover(place) {
  pointer = place;
  describePlace();
}

function pressKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || element('keys').open || event.target.tagName === 'SELECT')
    return;
  const step = Math.min(canvas.width, canvas.height) * MOVE * (event.shiftKey ? 5 : 1);
  const actions = {
    ArrowLeft: () => pan(step, 0),
    ArrowRight: () => pan(-step, 0),
    ArrowUp: () => pan(0, step),
    ArrowDown: () => pan(0, -step),
    '+': () => zoom(STEP),
    '=': () => zoom(STEP),
    '-': () => zoom(1 / STEP),
    0: fit,
    1: () => zoomTo(1),
    m: toggleHeat,
    PageDown: () => turn(1),
    PageUp: () => turn(-1),
    '?': () => element('keys').showModal(),
  };
  const action = actions[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
}

function turn(step) {
  const next = current.number + step;
  if (next >= 0 && next < names.length)
    open(next).catch(report);
}

function redraw() {
  if (frameAsked)
    return;
  frameAsked = true;
  requestAnimationFrame(() => {
    frameAsked = false;
    draw();
  });
}

function draw() {
  context.fillStyle = '#0e0e10';
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (!current || !view)
    return;
  const { info, layer, heat } = current;
  const left = Math.round(view.x), top = Math.round(view.y);
  context.save();
  context.beginPath();
  context.rect(left, top, Math.round(view.x + info.width * view.scale) - left, Math.round(view.y + info.height * view.scale) - top);
  context.clip();
  if (info.hasAlpha) {
    drawChecker();
  } else {
    context.fillStyle = '#2a2a2f';
    context.fillRect(0, 0, canvas.width, canvas.height);
  }


  // Levels that are only passed on the way are not asked for.
  const isSteady = performance.now() - scaledAt >= STEADY_AFTER;
  layer.draw(context, view, isSteady);
  if (!isSteady)
    setTimeout(redraw, STEADY_AFTER);
  if (showsHeat && heat)
    heat.draw(context, view);
  drawLost();
  context.restore();

  element('legend').hidden = !(showsHeat && heat);
  element('zoom').textContent = percent(view.scale);
  describePlace();
  describeProgress();
  const x = (canvas.width / 2 - view.x) / view.scale, y = (canvas.height / 2 - view.y) / view.scale;
  const hash = fits ? `#${current.number}` : `#${[current.number, x.toFixed(1), y.toFixed(1), view.scale.toPrecision(4)]}`;
  if (hash !== location.hash && !(fits && current.number === 0 && location.hash === ''))
    scheduleAddress(hash);
}

// Browsers allow a page to change its address some times in a second only.
let addressTimer = 0;
function scheduleAddress(hash) {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => history.replaceState(null, '', hash), 300);
}

let checker = null;
function drawChecker() {
  if (!checker) {
    const side = Math.round(CHECKER * devicePixelRatio), tile = new OffscreenCanvas(2 * side, 2 * side), target = tile.getContext('2d');
    target.fillStyle = '#c8c8c8';
    target.fillRect(0, 0, 2 * side, 2 * side);
    target.fillStyle = '#8a8a8a';
    target.fillRect(0, 0, side, side);
    target.fillRect(side, side, side, side);
    checker = context.createPattern(tile, 'repeat');
  }

  context.fillStyle = checker;
  context.fillRect(0, 0, canvas.width, canvas.height);
}

/** Tiles that are damaged are black; a cross tells them from black pictures. */
function drawLost() {
  const { info } = current, side = info.cut.tileSize * view.scale;
  if (info.lost.length === 0)
    return;
  context.strokeStyle = '#ff00ff';
  context.lineWidth = 2;
  context.beginPath();
  for (const { firstTile, tiles } of info.lost) {
    for (let tile = firstTile; tile < firstTile + tiles; tile++) {
      const left = view.x + (tile % info.cut.columns) * side, top = view.y + Math.floor(tile / info.cut.columns) * side;
      context.moveTo(left, top);
      context.lineTo(left + side, top + side);
      context.moveTo(left + side, top);
      context.lineTo(left, top + side);
    }
  }

  context.stroke();
}

function percent(scale) {
  const value = scale * 100;
  return `${value >= 10 ? Math.round(value) : value.toPrecision(2)} %`;
}

function describePlace() {
  let place = '', tile = '';
  if (pointer && view && current) {
    const { info, heat } = current;
    const x = Math.floor((pointer.x - view.x) / view.scale), y = Math.floor((pointer.y - view.y) / view.scale);
    if (x >= 0 && y >= 0 && x < info.width && y < info.height) {
      place = `x ${x}, y ${y}`;
      const known = heat?.at(x, y);
      if (known)
        tile = known.model ? `tile ${known.tile}: ${known.model.id}, ${known.bits.toFixed(3)} bits per subpixel` : `tile ${known.tile}: lost`;
    }
  }

  element('place').textContent = place;
  element('tile').textContent = tile;
}

function describeProgress() {
  const { overview, height, lost } = current.info;
  const tiles = lost.reduce((sum, range) => sum + range.tiles, 0);
  const damage = tiles > 0 ? `${tiles} damaged ${tiles === 1 ? 'tile' : 'tiles'}; ` : '';
  const done = overview.isComplete || overview.failure ? '' : `overview ${Math.floor(100 * overview.rows / height)} %`;
  element('progress').textContent = damage + done;
}

function report(error) {
  element('message').textContent = error instanceof TypeError ? 'The program that serves this page does not answer; was it ended?' : error.message;
  element('message').hidden = false;
}
