"use strict";

// The photos sorted, and those of one class.
const form = document.querySelector(".sorting");
const list = document.querySelector(".photos");
const items = [...list.children];
const shown = form.querySelector(".shown");
const compare = {
  order: (a, b) => a.dataset.order - b.dataset.order,
  name: (a, b) => a.dataset.name.localeCompare(b.dataset.name, undefined, { numeric: true }),
  label: (a, b) => a.dataset.label.localeCompare(b.dataset.label) || b.dataset.probability - a.dataset.probability,
  probability: (a, b) => b.dataset.probability - a.dataset.probability,
};
const arrange = () => {
  const label = form.elements.filter.value;
  list.append(...items.sort(compare[form.elements.sort.value]));
  for (const item of items) item.hidden = label !== "" && item.dataset.label !== label;
  const fields = { shown: items.filter(item => !item.hidden).length, total: items.length };
  shown.textContent = shown.dataset.text.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
};
form.addEventListener("change", arrange);
form.addEventListener("submit", event => event.preventDefault());
form.hidden = false;
arrange();
