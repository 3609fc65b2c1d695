// Outlines on the map: which places lie inside one, and one with fewer corners.

/** Return a Uint8Array [n]: 1 for the places inside a closed outline, by the even-odd rule, as the server counts. */
function inside(x, y, outline) {
  const found = new Uint8Array(x.length);
  for (let corner = 0; corner < outline.length; corner++) {
    const [x0, y0] = outline[corner], [x1, y1] = outline[(corner + 1) % outline.length];
    if (y0 === y1) continue;
    const slope = (x1 - x0) / (y1 - y0);
    for (let i = 0; i < x.length; i++) {
      if ((y0 > y[i]) !== (y1 > y[i]) && x[i] < x0 + (y[i] - y0) * slope) found[i] ^= 1;
    }
  }
  return found;
}

/** Return an outline of at most `most` corners (Visvalingam and Whyatt 1993: the least triangle goes first). */
function simplified(outline, most) {
  const corners = outline.slice();
  const triangle = (i) => {
    const [a, b, c] = [-1, 0, 1].map((step) => corners[(i + step + corners.length) % corners.length]);
    return Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]));
  };
  while (corners.length > most) {
    let least = 0, area = Infinity;
    for (let i = 0; i < corners.length; i++) {
      const own = triangle(i);
      if (own < area) [least, area] = [i, own];
    }
    corners.splice(least, 1);
  }
  return corners;
}

/** Return the corners of what Plotly says was selected, by lasso or by box; none where nothing was. */
function selected(event) {
  if (event?.lassoPoints) {
    const { x, y } = event.lassoPoints;
    return x.map((each, i) => [each, y[i]]);
  }
  if (event?.range) {
    const [x0, x1] = event.range.x, [y0, y1] = event.range.y;
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  }
  return [];
}
