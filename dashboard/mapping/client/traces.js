// What Plotly draws: the products group by group, and above them what is marked.

const FAINT = 0.15, PALE = 0.3, FULL = 0.8;

/** Return x or y of some rows. */
function at(values, rows) {
  return Float64Array.from(rows, (row) => values[row]);
}

/**
 * Return the products, a trace a group, those in no group first, so that no other is hidden below them.
 *
 * With a selection every group is two traces, what is not selected below: Plotly's own way of showing a selection draws
 * it above all marks.
 */
function products(places, rows, data, off, mask, size) {
  const paled = Boolean(data.star || data.shopper || data.mark || data.rows);
  const order = [rows.length - 1, ...Array(rows.length - 1).keys()].filter((group) => !off.has(group) && rows[group].length);
  const drawn = (group, own, opacity) => ({
    ...dots(at(places.x, own), at(places.y, own), own, { color: data.colours.groups[group].colour, size, opacity, line: { width: 0 } }),
    name: plain(data.colours.groups[group].name), group: opacity === FAINT ? undefined : group,
  });
  if (data.density) return [];
  if (!mask) return order.map((group) => drawn(group, rows[group], paled ? PALE : FULL));
  return [
    ...order.map((group) => drawn(group, rows[group].filter((row) => !mask[row]), FAINT)),
    ...order.map((group) => drawn(group, rows[group].filter((row) => mask[row]), FULL)),
  ];
}

/** Return how many products lie where, in squares of some pixels, as a picture of one hue; the logarithm, smoothed. */
function density(places, rows, data, off, range, box) {
  const across = Math.max(2, Math.round(box.width / 6)), down = Math.max(2, Math.round(box.height / 6));
  const wide = (range[1] - range[0]) / across, high = (range[3] - range[2]) / down;
  const counts = Array.from({ length: down }, () => new Float64Array(across));
  rows.forEach((group, place) => {
    if (off.has(place)) return;
    for (const row of group) {
      const column = Math.floor((places.x[row] - range[0]) / wide), line = Math.floor((places.y[row] - range[2]) / high);
      if (column >= 0 && column < across && line >= 0 && line < down) counts[line][column]++;
    }
  });
  const smooth = (line, column) => {
    let sum = 0;
    for (let i = -1; i <= 1; i++) for (let j = -1; j <= 1; j++) sum += (counts[line + i]?.[column + j] ?? 0) / (1 + i * i) / (1 + j * j);
    return Math.log1p(sum / 4);
  };
  return {
    type: 'heatmap', hoverinfo: 'skip', showscale: false, colorscale: data.ramp, zsmooth: 'best', zmin: 0,
    x0: range[0] + wide / 2, dx: wide, y0: range[2] + high / 2, dy: high,
    z: counts.map((values, line) => Array.from(values, (_, column) => smooth(line, column))),
  };
}

function line(x, y, colour, width, dash = 'solid') {
  return { type: 'scattergl', mode: 'lines', hoverinfo: 'skip', x, y, line: { color: colour, width, dash }, opacity: 0.9 };
}

function dots(x, y, rows, marker) {
  return { type: 'scattergl', mode: 'markers', hoverinfo: 'none', x, y, rows, marker };
}

/** Return the coordinates of lines from one place to others, as Plotly breaks lines: by a gap. */
function spokes(x, y, places, rows) {
  const lines = { x: [], y: [] };
  for (const row of rows) {
    lines.x.push(x, places.x[row], null);
    lines.y.push(y, places.y[row], null);
  }
  return lines;
}

/**
 * Return something that was placed by its neighbours, with spokes to what it finds. Ink and a shape of its own tell it
 * from the products, whose colours are those of groups; what it finds is framed, so that its colour stays.
 */
function star({ x, y, rows }, places, data, symbol, frame) {
  const { ink, ground } = data.theme, lines = spokes(x, y, places, rows);
  return [
    line(lines.x, lines.y, ink, 1.2),
    dots(at(places.x, rows), at(places.y, rows), rows, { color: ink, size: 11, symbol: frame, line: { width: 2 } }),
    dots([x], [y], [-1], { color: ink, size: 22, symbol, line: { color: ground, width: 1.5 } }),
  ];
}

/** Return what is marked: selection, a linked selection, trails, the product with its neighbours, a shopper, the query. */
function marks(places, data, outline) {
  const { ink, accent, ground } = data.theme, found = [];
  const rim = { color: ground, width: 1.2 };
  if (outline.length) {
    const closed = [...outline, outline[0]];
    found.push(line(closed.map((each) => each[0]), closed.map((each) => each[1]), ink, 1.5, 'dash'));
  }
  if (data.trails) {
    const x = [], y = [];
    for (const [from, to, row] of data.trails) { x.push(from, places.x[row], null); y.push(to, places.y[row], null); }
    found.push({ ...line(x, y, ink, 1), opacity: 0.45 });
  }
  if (data.rows) {
    const rows = new Int32Array(decoded(data.rows));
    found.push(dots(at(places.x, rows), at(places.y, rows), rows, { color: ink, size: 6, line: rim }));
  }
  if (data.mark) {
    const { row, near } = data.mark, x = places.x[row], y = places.y[row], lines = spokes(x, y, places, near);
    found.push(line(lines.x, lines.y, accent, 1.2));
    found.push(dots(at(places.x, near), at(places.y, near), near, { color: accent, size: 9, line: rim }));
    found.push(dots([x], [y], [row], { color: accent, size: 17, symbol: 'circle-open', line: { width: 3 } }));
    found.push(dots([x], [y], [row], { color: ink, size: 8, line: rim }));
  }
  if (data.shopper) {
    const { had } = data.shopper;
    found.push(dots(at(places.x, had), at(places.y, had), had, { color: ink, size: 14, symbol: 'circle-open', line: { width: 2 } }));
    found.push(...star(data.shopper, places, data, 'diamond', 'diamond-open'));
  }
  if (data.star) found.push(...star(data.star, places, data, 'star', 'circle-open'));
  return found;
}
