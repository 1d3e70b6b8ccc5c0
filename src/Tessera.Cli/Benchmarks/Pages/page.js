// Shows what the tile under the pointer takes, in a picture and its heat map alike.
for (const panes of document.querySelectorAll('.panes')) {
  const heat = panes.querySelector('.heat');
  if (heat === null) continue;
  const { tile, columns, width, height } = heat.dataset;
  const bits = heat.dataset.bits.split(' ');
  const rows = bits.length / columns;
  const readout = panes.parentElement.querySelector('.readout');
  const idle = readout.textContent;
  const views = [...panes.querySelectorAll('.pane')];
  const cursors = views.map(view => {
    const cursor = document.createElement('div');
    cursor.className = 'cursor';
    cursor.hidden = true;
    view.append(cursor);
    return cursor;
  });
  let column = 0;
  let row = 0;
  const show = () => {
    const left = column * tile;
    const top = row * tile;
    const right = Math.min(left + Number(tile), width);
    const bottom = Math.min(top + Number(tile), height);
    for (const cursor of cursors) {
      cursor.hidden = false;
      cursor.style.left = 100 * left / width + '%';
      cursor.style.top = 100 * top / height + '%';
      cursor.style.width = 100 * (right - left) / width + '%';
      cursor.style.height = 100 * (bottom - top) / height + '%';
    }
    readout.classList.add('active');
    readout.textContent = `columns ${left}\u2013${right - 1}, rows ${top}\u2013${bottom - 1}: ${Number(bits[row * columns + column]).toFixed(3)} bits per subpixel`;
  };
  const hide = () => {
    for (const cursor of cursors) cursor.hidden = true;
    readout.classList.remove('active');
    readout.textContent = idle;
  };
  const clamp = (value, end) => Math.max(0, Math.min(Math.floor(value), end - 1));
  for (const view of views) {
    view.addEventListener('pointermove', event => {
      const box = view.getBoundingClientRect();
      column = clamp((event.clientX - box.left) / box.width * width / tile, columns);
      row = clamp((event.clientY - box.top) / box.height * height / tile, rows);
      show();
    });
    view.addEventListener('pointerleave', hide);
  }
  panes.addEventListener('focus', () => { if (panes.matches(':focus-visible')) show(); });
  panes.addEventListener('blur', hide);
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  panes.addEventListener('keydown', event => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    column = clamp(column + step[0], columns);
    row = clamp(row + step[1], rows);
    show();
  });
}
