// One map on the page. Places and colours are fetched once each; the server is told what is clicked, selected, switched
// off and brought into view, and writes it into the address.

const CORNERS = 48, PATIENCE = 450;  // corners of a selection; milliseconds until a move counts as made

class ProductMap {
  constructor(host) {
    this.host = host;
    this.legend = host.appendChild(Object.assign(document.createElement('div'), { className: 'pse-map-legend' }));
    this.plot = host.appendChild(Object.assign(document.createElement('div'), { className: 'pse-map-plot' }));
    this.tip = host.appendChild(Object.assign(document.createElement('div'), { className: 'pse-map-tip', hidden: true }));
    this.tip.setAttribute('role', 'status');
    this.wait = host.appendChild(Object.assign(document.createElement('div'), { className: 'pse-map-wait', textContent: 'Drawing the map …' }));
    this.pen = document.createElement('canvas').getContext('2d');
    this.told = new Map();
    this.off = new Set();
    this.outline = [];
    this.turn = Promise.resolve();
  }

  /** Draw what the server says; one drawing after the other. */
  update(data, tell) {
    this.tell = tell;
    this.turn = this.turn.then(() => this.draw(data)).catch((error) => {
      this.wait.hidden = false;
      this.wait.textContent = 'The map could not be drawn. Reload the page.';
      console.error(error);
    });
    return this.turn;
  }

  async draw(data) {
    if (!this.data) this.keepRoom(data);
    const content = (name) => (data.offline ? decoded(data.offline[name]) : bytes(data[name].address));
    const [places, codes] = await Promise.all([content('places'), content('colours'), window.Plotly ?? script(data.plotly)]);
    const said = (name) => JSON.stringify([data[name], this.data?.places.address === data.places.address]);
    const before = this.said ?? {};
    this.said = { off: said('off'), area: said('area'), view: said('view') };
    this.data = data;
    if (this.drawn !== places) {
      this.places = unpacked(places, data.places.low, data.places.step);
      [this.drawn, this.range] = [places, null];
    }
    this.rows = grouped(new Uint8Array(codes), data.colours.groups.length - 1);
    // What the reader did since is not undone by an older answer of the server: only a change of it counts.
    if (this.said.off !== before.off) this.off = new Set(data.off);
    if (this.said.area !== before.area) this.outline = data.area;
    this.keepRoom(data);
    if (!this.range || this.said.view !== before.view) this.range = this.fit(data.view ?? this.whole());
    await this.show();
    this.wait.hidden = true;
    this.host.dataset.drawn = Math.round(performance.now());
    this.host.dataset.points = this.places.n;
    this.host.dataset.colour = data.colours.by;
  }

  /** Take the height that the map will have, before there is anything to draw. */
  keepRoom(data) {
    this.plot.style.height = `${data.height}px`;
    this.showLegend(data);
  }

  box() {
    return { width: this.plot.clientWidth || 600, height: this.data.height };
  }

  whole() {
    if (this.data.extent) return this.data.extent;
    const ends = (values) => values.reduce(([low, high], each) => [Math.min(low, each), Math.max(high, each)], [Infinity, -Infinity]);
    const [left, right] = ends(this.places.x), [bottom, top] = ends(this.places.y);
    const room = 0.03 * Math.max(right - left, top - bottom) || 1;
    return [left - room, right + room, bottom - room, top + room];
  }

  /** Return a range that holds another and has the shape of the box, so that a step is as long across as up. */
  fit([left, right, bottom, top]) {
    const { width, height } = this.box();
    const scale = Math.max((right - left) / width, (top - bottom) / height);
    const x = (left + right) / 2, y = (bottom + top) / 2;
    return [x - scale * width / 2, x + scale * width / 2, y - scale * height / 2, y + scale * height / 2];
  }

  nearer() {
    const whole = this.fit(this.whole());
    return (whole[1] - whole[0]) / (this.range[1] - this.range[0]);
  }

  size() {
    const base = Math.max(2.5, Math.min(9, 380 / Math.sqrt(this.places.n)));
    return base * Math.min(3, Math.max(1, this.nearer() ** 0.45));
  }

  names() {
    if (!this.data.names_shown) return [];
    const { ink, ground } = this.data.theme;
    const measure = (text, font, bold) => {
      this.pen.font = `${bold ? 700 : 400} ${font}px sans-serif`;
      return this.pen.measureText(text).width;
    };
    const { mark, star, shopper } = this.data, clear = [];
    if (mark) clear.push([this.places.x[mark.row], this.places.y[mark.row]]);
    for (const each of [star, shopper]) if (each) clear.push([each.x, each.y]);
    return fitting(this.data.names, this.range, this.box(), this.nearer(), measure, clear).map((name) => ({
      xref: 'paper', yref: 'paper', x: name.left, y: name.top, xanchor: 'center', yanchor: 'middle', showarrow: false, captureevents: false, borderpad: 2,
      text: name.coarse ? `<b>${plain(name.text)}</b>` : plain(name.text), bgcolor: `${ground}C8`, font: { size: name.font, color: ink },
    }));
  }

  traces() {
    const { data, places, rows, off, outline } = this;
    const mask = outline.length ? inside(places.x, places.y, outline) : null;
    const drawn = products(places, rows, data, off, mask, this.size());
    if (data.density) drawn.unshift(density(places, rows, data, off, this.range, this.box()));
    return [...drawn, ...marks(places, data, outline)];
  }

  layout() {
    const axis = { visible: false, fixedrange: false, zeroline: false, showgrid: false };
    const { ink, ground } = this.data.theme;
    return {
      paper_bgcolor: ground, plot_bgcolor: ground, margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, hovermode: 'closest', hoverdistance: 8,
      dragmode: this.dragmode ?? 'pan', height: this.data.height, width: this.box().width, annotations: this.names(), selections: [],
      font: { color: ink, family: 'sans-serif' }, modebar: { orientation: 'v', bgcolor: `${ground}D8`, color: `${ink}B0`, activecolor: ink },
      xaxis: { ...axis, range: this.range.slice(0, 2) }, yaxis: { ...axis, range: this.range.slice(2) },
    };
  }

  async show() {
    this.sized = this.size();
    await window.Plotly.react(this.plot, this.traces(), this.layout(), this.config());
    if (this.listening) return;
    this.listening = true;
    this.plot.on('plotly_click', (event) => this.picked(event));
    this.plot.on('plotly_selected', (event) => this.chosen(event));
    this.plot.on('plotly_deselect', () => this.select([]));
    this.plot.on('plotly_doubleclick', () => { if (this.dragmode === 'pan' || !this.dragmode) this.move(this.fit(this.whole())); });
    this.plot.on('plotly_relayout', (event) => this.moved(event));
    this.plot.on('plotly_hover', (event) => this.point(event));
    this.plot.on('plotly_unhover', () => this.leave());
    let wide = this.plot.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(this.plot.clientWidth - wide) < 2 || !this.plot.clientWidth) return;
      wide = this.plot.clientWidth;
      this.range = this.fit(this.range);
      this.show();
    }).observe(this.plot);
  }

  config() {
    const icons = window.Plotly.Icons;
    const whole = { name: 'whole', title: 'Whole map', icon: icons.home, click: () => this.move(this.fit(this.whole())) };
    const picture = { name: 'picture', title: 'Save as PNG', icon: icons.camera, click: () => this.save() };
    return {
      displaylogo: false, displayModeBar: true, scrollZoom: true, doubleClick: false, plotGlPixelRatio: Math.min(4, Math.max(1, window.devicePixelRatio)), responsive: false,
      modeBarButtons: [['pan2d', 'lasso2d', 'select2d'], ['zoomIn2d', 'zoomOut2d', whole], [picture]],
    };
  }

  /** Save the picture with its legend, twice as fine as the screen. */
  save() {
    const { theme, said, height, colours } = this.data, lines = said.all.split('. '), head = 26 + 16 * lines.length;
    const legend = { bgcolor: theme.ground, bordercolor: `${theme.ink}40`, borderwidth: 1, x: 1, xanchor: 'right', y: 1, title: { text: plain(said.colours) } };
    const title = { text: lines.map(plain).join('.<br>'), font: { size: 12 }, x: 0, xref: 'container', xanchor: 'left', y: 1, yanchor: 'top', pad: { l: 10, t: 18 } };
    const layout = { ...this.layout(), showlegend: true, legend, title, height: height + head, margin: { l: 0, r: 0, t: head, b: 0 } };
    // Faded points would fade in the legend, too: it has points of its own.
    const traces = this.traces().map((trace) => ({ ...trace, showlegend: false }));
    colours.groups.forEach(({ name, colour, count }, group) => {
      if (!count || this.off.has(group)) return;
      traces.push({ type: 'scattergl', mode: 'markers', x: [null], y: [null], name: plain(name), showlegend: true, marker: { color: colour, size: 10 } });
    });
    return window.Plotly.downloadImage({ data: traces, layout }, { format: 'png', filename: this.data.file, scale: 2, width: layout.width, height: layout.height });
  }

  row(event) {
    const { data, pointNumber } = event.points[0];
    return data.rows ? data.rows[pointNumber] : -1;
  }

  picked(event) {
    const row = this.row(event);
    if (row >= 0) this.tell('pick', row);
  }

  chosen(event) {
    if (event) this.select(simplified(selected(event), CORNERS).map((corner) => corner.map((each) => Number(each.toFixed(3)))));
  }

  select(outline) {
    if (!outline.length && !this.outline.length) return;
    this.outline = outline;
    this.show();
    this.tell('area', outline);
  }

  move(range) {
    this.range = range;
    return this.show().then(() => this.later());
  }

  moved(event) {
    if (event.dragmode) this.dragmode = event.dragmode;
    const { xaxis, yaxis } = this.plot._fullLayout;
    const range = [...xaxis.range, ...yaxis.range];
    if (range.every((each, i) => Math.abs(each - this.range[i]) < 1e-9)) return;
    this.range = this.fit(range);
    this.later();
    // The points stay as they are unless they have to grow: names alone are quickly drawn.
    if (this.data.density || Math.abs(this.size() / this.sized - 1) > 0.12) return void this.show();
    const { annotations, xaxis: across, yaxis: up } = this.layout();
    window.Plotly.relayout(this.plot, { annotations, 'xaxis.range': across.range, 'yaxis.range': up.range });
  }

  /** Tell the server of the part in view once it stays. */
  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const whole = this.fit(this.whole());
      const same = this.range.every((each, i) => Math.abs(each - whole[i]) < 1e-6);
      this.tell('view', same ? [] : this.range.map((each) => Number(each.toFixed(4))));
    }, PATIENCE);
  }

  toggle(group) {
    if (!this.data) return;  // nothing is drawn yet
    if (!this.off.delete(group)) this.off.add(group);
    this.showLegend();
    this.show();
    this.tell('off', [...this.off].sort((a, b) => a - b));
  }

  showLegend(data = this.data) {
    this.legend.style.visibility = data.legend ? '' : 'hidden';  // it keeps its room: maps side by side stay level
    this.legend.replaceChildren(...data.colours.groups.flatMap((group, place) => {
      if (!group.count) return [];
      const button = Object.assign(document.createElement('button'), { type: 'button', title: `${group.name}: show or hide`, onclick: () => this.toggle(place) });
      button.setAttribute('aria-pressed', String(!this.off.has(place)));
      const swatch = document.createElement('i');
      swatch.style.background = group.colour;
      const name = Object.assign(document.createElement('span'), { textContent: group.name });
      button.append(swatch, name, Object.assign(document.createElement('small'), { textContent: group.count.toLocaleString('en') }));
      return [button];
    }));
  }

  /** Show what is pointed at; the server knows the titles. */
  point(event) {
    const row = this.row(event);
    clearTimeout(this.pointing);
    if (row < 0) return;
    const box = this.host.getBoundingClientRect(), { clientX, clientY } = event.event;
    this.pointing = setTimeout(async () => {
      const product = await this.about(row).catch(() => null);
      if (!product) return;
      const lines = [[product.brand, product.category].filter(Boolean).join(' · '), product.cluster && `In ${product.cluster}`,
        product.faithfulness !== undefined && `${Math.round(100 * product.faithfulness)} % of its nearest are near it here`];
      const title = Object.assign(document.createElement('b'), { textContent: product.title || 'Untitled product', dir: 'auto' });
      this.tip.replaceChildren(title, ...lines.filter(Boolean).map((text) => Object.assign(document.createElement('div'), { textContent: text })));
      Object.assign(this.tip.style, { background: this.data.theme.ground, color: this.data.theme.ink });
      this.tip.hidden = false;
      const x = clientX - box.left, y = clientY - box.top;
      this.tip.style.left = `${Math.max(0, x + 16 + this.tip.offsetWidth > box.width ? x - this.tip.offsetWidth - 12 : x + 16)}px`;
      this.tip.style.top = `${Math.max(0, Math.min(y + 14, box.height - this.tip.offsetHeight))}px`;
    }, 60);
  }

  leave() {
    clearTimeout(this.pointing);
    this.tip.hidden = true;
  }

  async about(row) {
    if (this.data.offline) return this.data.offline.products[row];
    const address = `${this.data.about}&rows=${row}`;
    if (!this.told.has(address)) this.told.set(address, fetch(address).then((answer) => answer.json()).then((found) => found[0]));
    return this.told.get(address);
  }
}

const known = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const host = parentElement.querySelector('.pse-map');
  if (!known.has(host)) known.set(host, new ProductMap(host));
  known.get(host).update(data, (event, value) => setTriggerValue('told', { event, value, at: Date.now() }));
}
