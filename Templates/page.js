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
  const canvas = explorer.querySelector("canvas");
  const box = explorer.querySelector(".box");
  const cross = explorer.querySelector(".cross");
  const probe = explorer.querySelector(".probe");
  const opacity = explorer.querySelector("input[type=range]");
  const colors = explorer.querySelector("select");
  const showsBox = explorer.querySelector("input[type=checkbox]");
  const size = data.size;
  let chosen = 0;
  let point = null;

  // TensorFlow 1's rule, as in the walk-through: pixel i reads place i * places / size.
  const tap = (index, places) => {
    const position = index * places / size;
    const first = Math.min(Math.floor(position), places - 1);
    return { first, second: Math.min(first + 1, places - 1), part: position - first };
  };
  const valueAt = (map, x, y) => {
    const row = tap(y, data.rows);
    const column = tap(x, data.columns);
    const at = (r, c) => map.values[r * data.columns + c];
    const upper = at(row.first, column.first) * (1 - column.part) + at(row.first, column.second) * column.part;
    const lower = at(row.second, column.first) * (1 - column.part) + at(row.second, column.second) * column.part;
    return upper * (1 - row.part) + lower * row.part;
  };

  const draw = () => {
    const map = data.maps[chosen];
    const table = Uint8Array.from(atob(data.colormaps[colors.value]), letter => letter.charCodeAt(0));
    const values = new Float64Array(size * size);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) values[y * size + x] = valueAt(map, x, y);
    }
    const low = values.reduce((a, b) => Math.min(a, b));
    const range = values.reduce((a, b) => Math.max(a, b)) - low;
    const pixels = new ImageData(size, size);
    values.forEach((value, index) => {
      const color = range > 0 ? Math.floor((value - low) / range * 255) * 3 : 0;
      pixels.data.set([table[color], table[color + 1], table[color + 2], 255], index * 4);
    });
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    canvas.style.opacity = opacity.value / 100;
    box.hidden = !showsBox.checked || !map.box;
    if (map.box) {
      ["left", "top", "width", "height"].forEach((side, index) => box.style[side] = map.box[index] * 100 + "%");
    }
    say();
  };

  const number = value => Number(value.toPrecision(4)).toString().replace("-", "\u2212");
  const say = () => {
    const map = data.maps[chosen];
    cross.hidden = !point;
    if (showsBox.checked && !map.box) { probe.textContent = data.words.no_box; return; }
    if (!point) { probe.textContent = data.words.hint; return; }
    const row = Math.min(Math.floor(point.y * data.rows / size), data.rows - 1);
    const column = Math.min(Math.floor(point.x * data.columns / size), data.columns - 1);
    const fields = {
      value: number(valueAt(map, point.x, point.y)),
      row: row + 1, column: column + 1,
      part: number(map.values[row * data.columns + column] / map.values.length),
      logit: number(map.logit),
    };
    probe.textContent = data.words.probe.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
    cross.style.left = (data.region[0] + (point.x + 0.5) / size * data.region[2]) * 100 + "%";
    cross.style.top = (data.region[1] + (point.y + 0.5) / size * data.region[3]) * 100 + "%";
  };

  const clamp = value => Math.max(0, Math.min(size - 1, value));
  canvas.addEventListener("pointermove", event => {
    const frame = canvas.getBoundingClientRect();
    point = {
      x: clamp(Math.floor((event.clientX - frame.left) / frame.width * size)),
      y: clamp(Math.floor((event.clientY - frame.top) / frame.height * size)),
    };
    say();
  });
  canvas.addEventListener("keydown", event => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    // A key moves by one place of the map.
    const place = point || { x: size / 2, y: size / 2 };
    point = {
      x: clamp(Math.round(place.x + step[0] * size / data.columns)),
      y: clamp(Math.round(place.y + step[1] * size / data.rows)),
    };
    say();
  });
  opacity.addEventListener("input", () => { canvas.style.opacity = opacity.value / 100; });
  colors.addEventListener("change", draw);
  showsBox.addEventListener("change", draw);
  explorer.querySelectorAll("input[type=radio]").forEach((radio, index) => {
    radio.addEventListener("change", () => { chosen = index; draw(); });
  });

  canvas.width = canvas.height = size;
  ["left", "top", "width", "height"].forEach((side, index) => canvas.style[side] = data.region[index] * 100 + "%");
  explorer.querySelector("img").src = document.querySelector(".triptych img").src;
  explorer.hidden = false;
  draw();
}
