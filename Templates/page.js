"use strict";

// The step in view is marked in the contents and in the drawing of the network.
{
  const links = new Map();
  for (const link of document.querySelectorAll("nav ol ol a, .drawing a")) {
    const id = link.getAttribute("href").slice(1);
    links.set(id, [...(links.get(id) || []), link]);
  }
  const steps = [...document.querySelectorAll("article.step")];
  const visible = new Set();
  let marked = [];
  const observer = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (entry.isIntersecting) visible.add(entry.target); else visible.delete(entry.target);
    }
    const step = steps.find(each => visible.has(each));
    if (!step) return;
    for (const link of marked) link.removeAttribute("aria-current");
    marked = [...(links.get(step.id) || []), ...(links.get(step.dataset.first) || [])];
    for (const link of marked) link.setAttribute("aria-current", "true");
  }, { rootMargin: "0px 0px -60% 0px" });
  for (const step of steps) observer.observe(step);
}

// A picture enlarges on a click, and on Enter.
{
  const dialog = document.createElement("dialog");
  dialog.addEventListener("click", () => dialog.close());
  document.body.append(dialog);
  for (const image of document.querySelectorAll(".picture img")) {
    image.tabIndex = 0;
    image.classList.add("enlarges");
    const open = () => {
      const copy = image.cloneNode();
      copy.removeAttribute("loading");
      copy.className = "";
      dialog.replaceChildren(copy);
      dialog.showModal();
    };
    image.addEventListener("click", open);
    image.addEventListener("keydown", event => { if (event.key === "Enter") open(); });
  }
}

// The map over the photo, to explore.
const explorer = document.getElementById("explorer");
if (explorer) {
  const data = JSON.parse(document.getElementById("maps").textContent);
  const { height, width, rows, columns } = data;
  const find = selector => explorer.querySelector(selector);
  const input = name => find(`input[name=${name}]`);
  const canvas = find("canvas");
  const [box, field, cross, probe, colors] = [".box", ".field", ".cross", ".probe", "select"].map(find);
  const [bar, low, high] = explorer.querySelectorAll(".scale span");
  const [opacity, showsBox, threshold, showsField] = ["opacity", "box", "threshold", "field"].map(input);
  let chosen = 0;
  let point = null;
  // The chosen map at each pixel of the network's input, and its smallest and largest value, and whether it has a box.
  let shown = { values: new Float64Array(0), low: 0, high: 0, hasBox: false };

  // Where a pixel lies between the places of an axis, cut to the first and the last: the rule of the walk-through.
  const position = (axis, pixel) => Math.min(Math.max(pixel * axis.scale + axis.offset, 0), axis.places - 1);
  const tap = (axis, pixel) => {
    const place = position(axis, pixel);
    const first = Math.floor(place);
    return { first, second: Math.min(first + 1, axis.places - 1), part: place - first };
  };
  const enlarged = values => {
    const across = Array.from({ length: width }, (_, x) => tap(columns, x));
    const result = new Float64Array(height * width);
    for (let y = 0; y < height; y++) {
      const down = tap(rows, y);
      const [top, bottom] = [down.first * columns.places, down.second * columns.places];
      for (let x = 0; x < width; x++) {
        const { first, second, part } = across[x];
        const upper = values[top + first] * (1 - part) + values[top + second] * part;
        const lower = values[bottom + first] * (1 - part) + values[bottom + second] * part;
        result[y * width + x] = upper * (1 - down.part) + lower * down.part;
      }
    }
    return result;
  };

  const number = value => Number(value.toPrecision(4)).toString().replace("-", "\u2212");

  // Lays an element over some of the network's input, in its pixels.
  const lay = (element, left, top, across, down) => {
    const [w, h] = [data.region[2] * 100 / width, data.region[3] * 100 / height];
    element.style.left = data.region[0] * 100 + left * w + "%";
    element.style.top = data.region[1] * 100 + top * h + "%";
    element.style.width = across * w + "%";
    element.style.height = down * h + "%";
  };

  const choose = () => {
    const values = enlarged(data.maps[chosen].values);
    const [low, high] = [Math.min, Math.max].map(pick => values.reduce((a, b) => pick(a, b)));
    shown = { values, low, high, hasBox: high > 0 && high > low };
    draw();
  };

  const draw = () => {
    const table = Uint8Array.from(atob(data.colormaps[colors.value]), letter => letter.charCodeAt(0));
    const range = shown.high - shown.low;
    const pixels = new ImageData(width, height);
    shown.values.forEach((value, index) => {
      const color = range > 0 ? Math.floor((value - shown.low) / range * 255) * 3 : 0;
      pixels.data.set([table[color], table[color + 1], table[color + 2], 255], index * 4);
    });
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    canvas.style.opacity = opacity.value / 100;
    const stops = Array.from({ length: 33 }, (_, stop) => "rgb(" + table.slice(Math.floor(stop * 255 / 32) * 3).slice(0, 3) + ")");
    bar.style.backgroundImage = `linear-gradient(to right, ${stops})`;
    [low.textContent, high.textContent] = [number(shown.low), number(shown.high)];
    frame();
    say();
  };

  // The box around the largest part, connected by pixels' sides, of what exceeds a share of the map's range.
  const frame = () => {
    box.hidden = !showsBox.checked || !shown.hasBox;
    threshold.parentElement.hidden = !showsBox.checked;
    threshold.nextElementSibling.textContent = threshold.value + "\u00a0%";
    if (box.hidden) return;
    const limit = shown.low + (shown.high - shown.low) * threshold.value / 100;
    const seen = new Uint8Array(height * width);
    const waiting = new Int32Array(height * width);
    let best = { count: 0 };
    for (let start = 0; start < height * width; start++) {
      if (seen[start] || shown.values[start] <= limit) continue;
      const part = { count: 0, left: width, right: 0, top: height, bottom: 0 };
      let length = 1;
      waiting[0] = start;
      seen[start] = 1;
      while (length) {
        const at = waiting[--length];
        const x = at % width;
        const y = (at - x) / width;
        part.count++;
        part.left = Math.min(part.left, x);
        part.right = Math.max(part.right, x);
        part.top = Math.min(part.top, y);
        part.bottom = Math.max(part.bottom, y);
        for (const [next, isInside] of [[at - 1, x > 0], [at + 1, x < width - 1], [at - width, y > 0], [at + width, y < height - 1]]) {
          if (!isInside || seen[next] || shown.values[next] <= limit) continue;
          seen[next] = 1;
          waiting[length++] = next;
        }
      }
      if (part.count > best.count) best = part;
    }
    lay(box, best.left, best.top, best.right - best.left + 1, best.bottom - best.top + 1);
  };

  const say = () => {
    cross.hidden = !point;
    field.hidden = !point || !showsField?.checked;
    if (showsBox.checked && !shown.hasBox) { probe.textContent = data.words.no_box; return; }
    if (!point) { probe.textContent = data.words.hint; return; }
    const map = data.maps[chosen];
    const [row, column] = [Math.round(position(rows, point.y)), Math.round(position(columns, point.x))];
    const fields = {
      value: number(shown.values[point.y * width + point.x]),
      row: row + 1, column: column + 1,
      part: number(map.values[row * columns.places + column] / map.values.length),
      logit: number(map.logit),
    };
    let text = data.words.probe;
    if (!field.hidden) {
      // The part of a field that lies in the input; the rest is padding.
      const extent = ([start, length, stride], place, count) => {
        const [first, last] = [start + place * stride, start + place * stride + length];
        return [Math.max(first, 0), Math.min(last, count)];
      };
      const [top, bottom] = extent(rows.field, row, height);
      const [left, right] = extent(columns.field, column, width);
      lay(field, left, top, right - left, bottom - top);
      Object.assign(fields, { height: rows.field[1], width: columns.field[1], seen_height: bottom - top, seen_width: right - left });
      text += " " + data.words.seen;
    }
    probe.textContent = text.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
    cross.style.left = (data.region[0] + (point.x + 0.5) / width * data.region[2]) * 100 + "%";
    cross.style.top = (data.region[1] + (point.y + 0.5) / height * data.region[3]) * 100 + "%";
  };

  const clamp = (value, count) => Math.max(0, Math.min(count - 1, value));
  canvas.addEventListener("pointermove", event => {
    const frame = canvas.getBoundingClientRect();
    point = {
      x: clamp(Math.floor((event.clientX - frame.left) / frame.width * width), width),
      y: clamp(Math.floor((event.clientY - frame.top) / frame.height * height), height),
    };
    say();
  });
  canvas.addEventListener("keydown", event => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    // A key moves by one place of the map.
    const place = point || { x: Math.floor(width / 2), y: Math.floor(height / 2) };
    point = {
      x: clamp(Math.round(place.x + step[0] / columns.scale), width),
      y: clamp(Math.round(place.y + step[1] / rows.scale), height),
    };
    say();
  });
  opacity.addEventListener("input", () => { canvas.style.opacity = opacity.value / 100; });
  colors.addEventListener("change", draw);
  showsBox.addEventListener("change", () => { frame(); say(); });
  threshold.addEventListener("input", frame);
  showsField?.addEventListener("change", say);
  explorer.querySelectorAll("input[type=radio]").forEach((radio, index) => {
    radio.addEventListener("change", () => { chosen = index; choose(); });
  });

  [canvas.width, canvas.height] = [width, height];
  lay(canvas, 0, 0, width, height);
  explorer.querySelector("img").src = document.querySelector(".triptych img").src;
  explorer.hidden = false;
  choose();
}
