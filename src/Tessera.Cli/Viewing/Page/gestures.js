// Mouse, pen and fingers on the canvas. All places are in pixels of the canvas.

const WHEEL_STEP = 0.0018; // Of a doubling's logarithm, for each pixel that the wheel scrolls.
const LINE = 16;
const DOUBLE = 2;

/** Calls `pan(dx, dy)`, `zoom(factor, x, y)` and `hover(place or null)`. */
export function attachGestures(canvas, { pan, zoom, hover }) {
  const fingers = new Map();

  const placeOf = event => {
    const bounds = canvas.getBoundingClientRect();
    return {
      x: (event.clientX - bounds.left) * canvas.width / bounds.width,
      y: (event.clientY - bounds.top) * canvas.height / bounds.height,
    };
  };

  canvas.addEventListener('pointerdown', event => {
    if (event.button !== 0)
      return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, placeOf(event));
    canvas.classList.add('moving');
  });

  canvas.addEventListener('pointermove', event => {
    const place = placeOf(event);
    hover(place);
    const before = fingers.get(event.pointerId);
    if (!before)
      return;
    if (fingers.size === 1) {
      pan(place.x - before.x, place.y - before.y);
    } else {
      // What lay between two fingers stays between them.
      const [, other] = [...fingers].find(([id]) => id !== event.pointerId);
      const from = distance(before, other), to = distance(place, other);
      const middle = between(before, other), moved = between(place, other);
      pan(moved.x - middle.x, moved.y - middle.y);
      if (from > 0 && to > 0)
        zoom(to / from, moved.x, moved.y);
    }

    fingers.set(event.pointerId, place);
  });

  const lift = event => {
    fingers.delete(event.pointerId);
    canvas.classList.toggle('moving', fingers.size > 0);
  };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);
  canvas.addEventListener('pointerleave', () => hover(null));

  canvas.addEventListener('wheel', event => {
    event.preventDefault();
    const pixels = event.deltaY * [1, LINE, innerHeight][event.deltaMode];
    const place = placeOf(event);
    zoom(2 ** (-pixels * WHEEL_STEP * (event.ctrlKey ? 5 : 2)), place.x, place.y);
  }, { passive: false });

  canvas.addEventListener('dblclick', event => {
    const place = placeOf(event);
    zoom(event.shiftKey ? 1 / DOUBLE : DOUBLE, place.x, place.y);
  });
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function between(a, b) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
