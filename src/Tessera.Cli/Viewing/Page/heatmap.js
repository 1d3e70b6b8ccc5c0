// What the codec's tiles take and which model coded them, over the image.

const LARGEST = 8192; // The side of a canvas that every browser has.
const TINT = 0.55;
const FRAME_FROM = 10; // Tiles of fewer pixels get no frames.

export class HeatMap {
  /** `info` is the image's, `map` what is known of its tiles. */
  constructor(info, map) {
    this.map = map;
    this.tileSize = info.cut.tileSize;
    this.columns = info.cut.columns;
    this.rows = info.cut.rows;
    this.width = info.width;
    this.height = info.height;
    this.tint = this.#paint();
  }

  /** What is known of the tile at a pixel. */
  at(x, y) {
    const tile = this.#tileAt(Math.floor(x / this.tileSize), Math.floor(y / this.tileSize));
    return { tile, bits: this.map.bits[tile], model: this.map.models[this.map.tileModels[tile]] };
  }

  draw(context, view) {
    const side = this.tileSize * view.scale;
    context.imageSmoothingEnabled = false;
    context.globalAlpha = TINT;
    context.drawImage(this.tint, 0, 0, this.columns, this.rows, view.x, view.y, this.columns * side, this.rows * side);
    context.globalAlpha = 1;
    if (side >= FRAME_FROM)
      this.#drawFrames(context, view, side);
  }

  colorOf(value) {
    const { lowest, highest, scale } = this.map;
    const place = highest - lowest < 1e-9 ? 0.5 : Math.min(1, Math.max(0, (value - lowest) / (highest - lowest)));
    return scale[Math.round(place * (scale.length - 1))];
  }

  #tileAt(column, row) {
    return row * this.columns + column;
  }

  #paint() {
    const canvas = new OffscreenCanvas(Math.min(this.columns, LARGEST), Math.min(this.rows, LARGEST));
    const context = canvas.getContext('2d');
    for (let row = 0; row < canvas.height; row++) {
      for (let column = 0; column < canvas.width; column++) {
        const tile = this.#tileAt(column, row);
        context.fillStyle = this.map.tileModels[tile] < 0 ? '#ff00ff' : this.colorOf(this.map.bits[tile]);
        context.fillRect(column, row, 1, 1);
      }
    }

    return canvas;
  }

  // Around tiles of one segment and one model: these share what is known of them.
  #drawFrames(context, view, side) {
    const { runs, tileModels, models } = this.map;
    const thickness = Math.max(1, Math.round(Math.min(3 * devicePixelRatio, side / 24)));
    const firstColumn = Math.max(0, Math.floor(-view.x / side)), firstRow = Math.max(0, Math.floor(-view.y / side));
    const lastColumn = Math.min(this.columns, Math.ceil((context.canvas.width - view.x) / side)) - 1;
    const lastRow = Math.min(this.rows, Math.ceil((context.canvas.height - view.y) / side)) - 1;
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        const tile = this.#tileAt(column, row), run = runs[tile];
        const left = Math.round(view.x + column * side), right = Math.round(view.x + Math.min((column + 1) * side, this.width * view.scale));
        const top = Math.round(view.y + row * side), bottom = Math.round(view.y + Math.min((row + 1) * side, this.height * view.scale));
        context.fillStyle = models[tileModels[tile]]?.color ?? '#ff00ff';
        if (row === 0 || runs[tile - this.columns] !== run)
          context.fillRect(left, top, right - left, thickness);
        if (row === this.rows - 1 || runs[tile + this.columns] !== run)
          context.fillRect(left, bottom - thickness, right - left, thickness);
        if (column === 0 || runs[tile - 1] !== run)
          context.fillRect(left, top, thickness, bottom - top);
        if (column === this.columns - 1 || runs[tile + 1] !== run)
          context.fillRect(right - thickness, top, thickness, bottom - top);
      }
    }
  }
}
