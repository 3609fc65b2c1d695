// What the server sends as bytes: places in 16-bit steps, a group of one byte for each product, rows.

const fetched = new Map();  // the latest answers by address, shared by the maps of a page

async function bytes(address) {
  if (!fetched.has(address)) {
    if (fetched.size > 12) fetched.delete(fetched.keys().next().value);
    fetched.set(address, fetch(address).then((answer) => {
      if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
      return answer.arrayBuffer();
    }));
    fetched.get(address).catch(() => fetched.delete(address));
  }
  return fetched.get(address);
}

function decoded(base64) {
  return Uint8Array.from(atob(base64), (each) => each.charCodeAt(0)).buffer;
}

/** Return x and y of every product from the steps between the least and the greatest. */
function unpacked(buffer, low, step) {
  const steps = new Uint16Array(buffer), n = steps.length / 2;
  const axis = (from, which) => Float64Array.from(steps.subarray(from, from + n), (each) => low[which] + each * step[which]);
  return { x: axis(0, 0), y: axis(n, 1), n };
}

/** Return the rows of each of `n` groups; the last holds the products of no group. */
function grouped(codes, n) {
  const counts = new Uint32Array(n + 1);
  const place = (code) => (code < n ? code : n);
  for (const code of codes) counts[place(code)]++;
  const rows = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  codes.forEach((code, row) => { const at = place(code); rows[at][counts[at]++] = row; });
  return rows;
}

/** Load a script once; resolves when it has run. */
const scripts = new Map();
function script(address) {
  if (!scripts.has(address)) {
    scripts.set(address, new Promise((done, failed) => {
      const element = Object.assign(document.createElement('script'), { src: address, onload: done });
      element.onerror = () => { scripts.delete(address); failed(new Error('A script could not be loaded.')); };
      document.head.append(element);
    }));
  }
  return scripts.get(address);
}
