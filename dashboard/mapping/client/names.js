// The names of clusters on the map: as many as fit without one covering another, finer ones as one comes nearer.

const FINE_FROM = 2.2, COARSE_TO = 3.5, MOST = 40, MARK = 14, ABOVE = 12, BAR = [36, 190];  // how much nearer than the whole map; names; pixels

/**
 * Return the names that can stand in the part in view, larger clusters first.
 *
 * names: [x, y, text, size, level] each; range: left, right, bottom, top; box: width and height in pixels;
 * nearer: how much nearer than the whole map; measure: the width of a text in pixels, given its size; clear: x, y of
 * places that no name may cover.
 */
function fitting(names, range, box, nearer, measure, clear) {
  const across = (x) => (x - range[0]) / (range[1] - range[0]) * box.width;
  const down = (y) => (range[3] - y) / (range[3] - range[2]) * box.height;
  const taken = clear.map(([x, y]) => [across(x) - MARK, across(x) + MARK, down(y) - MARK, down(y) + MARK]), found = [];
  taken.push([box.width - BAR[0], box.width, 0, BAR[1]]);
  for (const [x, y, text, , level] of names) {
    const coarse = level === 'coarse';
    if (coarse ? nearer > COARSE_TO : nearer < FINE_FROM) continue;
    const font = coarse ? 14 : 12;
    const width = measure(text, font, coarse) + 14, height = font + 14;  // its ground goes with it
    let left = across(x);
    const top = down(y);
    if (left < 0 || left > box.width || top < 0 || top > box.height) continue;
    left = Math.max(width / 2, Math.min(box.width - width / 2, left));
    const middle = Math.max(height / 2, Math.min(box.height - height / 2, top - ABOVE));  // its product stays visible
    const own = [left - width / 2, left + width / 2, middle - height / 2, middle + height / 2];
    if (taken.some((other) => own[0] < other[1] && own[1] > other[0] && own[2] < other[3] && own[3] > other[2])) continue;
    taken.push(own);
    found.push({ left: left / box.width, top: 1 - middle / box.height, text, font, coarse });
    if (found.length >= MOST) break;
  }
  return found;
}

/** Return a text for Plotly, which reads some markup. */
function plain(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
