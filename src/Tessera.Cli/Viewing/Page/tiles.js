// The image's tiles: which are needed for what is seen, which are there, and how they are drawn.

const REQUESTS = 6;
const KEPT = 200;
const RETRY_AFTER = 2000;

export class TileLayer {
  #tiles = new Map();   // By name, the one that was drawn last at the end.
  #running = new Map(); // By name, what ends the request.
  #wanted = [];
  #failed = new Map();

  /** `changed` is called when there is something new to draw, `failed` with what went wrong. */
  constructor(number, info, changed, failed) {
    this.number = number;
    this.info = info;
    this.changed = changed;
    this.failed = failed;
  }

  /** The level with at least about one pixel for each of the screen. */
  levelFor(scale) {
    return Math.min(this.info.levels - 1, Math.max(0, Math.floor(Math.log2(1 / scale) + 0.1)));
  }

  /** Draws what is seen, the finest there is of each place, and asks for what is missing if `asks`. A view has x and y of the image's corner, and a scale. */
  draw(context, view, asks) {
    const { width, height, tileSize } = this.info;
    const level = this.levelFor(view.scale);
    const side = tileSize * 2 ** level;
    const first = { x: Math.max(0, Math.floor(-view.x / view.scale / side)), y: Math.max(0, Math.floor(-view.y / view.scale / side)) };
    const last = {
      x: Math.min(Math.ceil(width / side), Math.ceil((context.canvas.width - view.x) / view.scale / side)) - 1,
      y: Math.min(Math.ceil(height / side), Math.ceil((context.canvas.height - view.y) / view.scale / side)) - 1,
    };
    const middle = { x: ((context.canvas.width / 2 - view.x) / view.scale / side) - 0.5, y: ((context.canvas.height / 2 - view.y) / view.scale / side) - 0.5 };

    context.imageSmoothingEnabled = view.scale < 2;
    context.imageSmoothingQuality = 'high';
    const top = { level: this.info.levels - 1, x: 0, y: 0, distance: -1 };
    const wanted = [top];
    for (let y = first.y; y <= last.y; y++) {
      for (let x = first.x; x <= last.x; x++) {
        wanted.push({ level, x, y, distance: Math.hypot(x - middle.x, y - middle.y) });
        this.#drawTile(context, view, level, x, y);
      }
    }

    this.#want(asks ? wanted : [top]);
  }

  /** Ends all requests. */
  close() {
    for (const controller of this.#running.values())
      controller.abort();
    for (const tile of this.#tiles.values())
      tile.bitmap?.close();
    this.#tiles.clear();
  }

  #drawTile(context, view, level, x, y) {
    const size = this.info.tileSize;
    for (let up = 0; level + up < this.info.levels; up++) {
      const tileX = x >> up, tileY = y >> up, name = nameOf(level + up, tileX, tileY);
      const tile = this.#tiles.get(name);
      if (!tile?.bitmap)
        continue;
      this.#tiles.delete(name);
      this.#tiles.set(name, tile);

      // The part of a tile of a higher level that stands for this one.
      const part = size / 2 ** up;
      const sourceX = (x - (tileX << up)) * part, sourceY = (y - (tileY << up)) * part;
      const columns = Math.min(part, tile.bitmap.width - sourceX), rows = Math.min(part, tile.bitmap.height - sourceY);
      if (columns <= 0 || rows <= 0)
        continue;
      const unit = 2 ** (level + up) * view.scale;
      const left = Math.round(view.x + ((tileX * size) + sourceX) * unit), right = Math.round(view.x + ((tileX * size) + sourceX + columns) * unit);
      const above = Math.round(view.y + ((tileY * size) + sourceY) * unit), below = Math.round(view.y + ((tileY * size) + sourceY + rows) * unit);
      context.drawImage(tile.bitmap, sourceX, sourceY, columns, rows, left, above, right - left, below - above);
      return;
    }
  }

  #want(wanted) {
    const names = new Set(wanted.map(t => nameOf(t.level, t.x, t.y)));
    for (const [name, controller] of this.#running) {
      if (!names.has(name))
        controller.abort();
    }

    const now = performance.now();
    this.#wanted = wanted
      .filter(t => this.#isMissing(nameOf(t.level, t.x, t.y), now))
      .sort((a, b) => a.distance - b.distance);
    this.#pump();
  }

  #isMissing(name, now) {
    if (this.#running.has(name) || now - (this.#failed.get(name) ?? -Infinity) < RETRY_AFTER)
      return false;
    const tile = this.#tiles.get(name);

    // A tile that was not complete is asked for again when the overview has gone on.
    return !tile || (!tile.complete && this.info.overview.rows > tile.overviewRows);
  }

  #pump() {
    while (this.#running.size < REQUESTS && this.#wanted.length > 0)
      this.#load(this.#wanted.shift());
  }

  async #load({ level, x, y }) {
    const name = nameOf(level, x, y), overviewRows = this.info.overview.rows;
    const controller = new AbortController();
    this.#running.set(name, controller);
    try {
      const response = await fetch(`/image/${this.number}/tile?level=${level}&x=${x}&y=${y}`, { signal: controller.signal });
      if (!response.ok)
        throw new Error((await response.json()).error);
      const bitmap = response.status === 204 ? null : await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none' });
      if (controller.signal.aborted) {
        bitmap?.close();
        return;
      }

      const rows = Math.min(this.info.tileSize, Math.ceil(this.info.height / 2 ** level) - y * this.info.tileSize);
      this.#tiles.get(name)?.bitmap?.close();
      this.#tiles.delete(name);
      this.#tiles.set(name, { bitmap, overviewRows, complete: bitmap?.height === rows });
      this.#failed.delete(name);
      this.#forget();
    } catch (error) {
      if (error.name !== 'AbortError') {
        this.#failed.set(name, performance.now());
        setTimeout(this.changed, RETRY_AFTER);
        this.failed(error);
      }
    } finally {
      this.#running.delete(name);
      this.changed();
    }
  }

  #forget() {
    for (const [name, tile] of this.#tiles) {
      if (this.#tiles.size <= KEPT)
        break;
      tile.bitmap?.close();
      this.#tiles.delete(name);
    }
  }
}

function nameOf(level, x, y) {
  return `${level}/${x}/${y}`;
}
