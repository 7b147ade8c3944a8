"use strict";
(() => {
  const STEP = 500;
  const STORIES = 100;

  // What comes late in a long report lies in noscript elements, which are text
  // here, so that the page opens fast. It is the same page's escaped HTML.
  const parsed = (element) => {
    const template = document.createElement("template");
    template.innerHTML = element.textContent;
    return template.content;
  };

  // Where parts of the stories are still waiting, a button makes the next one.
  const parts = Array.from(document.querySelectorAll("noscript.stories"));
  const buttons = [];
  const tell = (part) => {
    const content = parsed(part);
    const summary = content.querySelector("summary");
    part.replaceWith(content);
    offer();
    return summary;
  };
  const offer = () => {
    for (const button of buttons.splice(0)) button.remove();
    parts.forEach((part, i) => {
      if (!part.isConnected || (i > 0 && parts[i - 1].isConnected)) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "unfold";
      button.textContent = "Show more";
      button.addEventListener("click", () => tell(part).focus());
      part.before(button);
      buttons.push(button);
    });
  };
  offer();

  // A link may lead into a fold, or to what is not there yet: make it, open the
  // fold, and put the focus there for a screen reader.
  const reveal = () => {
    const name = location.hash.slice(1);
    const story = /^r(\d+)(-\d+)?$/.exec(name);
    if (story) {
      const part = parts[Math.floor((story[1] - 1) / STORIES) - 1];
      if (part && part.isConnected) tell(part);
    }
    const target = name && document.getElementById(name);
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const focus = target.matches("details") ? target.querySelector("summary") : target;
    if (!focus.matches("main, summary")) focus.tabIndex = -1;
    focus.focus({ preventScroll: true });
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  const table = document.getElementById("findings");
  if (!table) return;
  const body = table.tBodies[0];
  const heads = Array.from(table.tHead.rows[0].cells);
  const columns = heads.map((head) => head.dataset.key);
  const filters = document.getElementById("filters");
  const boxes = filters.querySelectorAll("input[type=checkbox]");
  const find = document.getElementById("find");
  const shown = document.getElementById("shown");
  const total = shown.textContent;
  const rest = document.getElementById("rest");
  const severities = ["unknown", "negligible", "low", "medium", "high", "critical"];
  const collator = new Intl.Collator("en", { numeric: true });

  const later = document.getElementById("later");
  let every = null;
  const rows = () => {
    if (every) return every;
    const elements = Array.from(body.rows);
    if (later) elements.push(...parsed(later).querySelector("tbody").rows);
    every = elements.map((element) => {
      const cells = Array.from(element.cells, (cell) => cell.textContent);
      return { element, cells, text: cells.join("\n").toLowerCase() };
    });
    return every;
  };
  let order = null;
  let limit = STEP;
  let sorted = "";

  const kept = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const left = new Map();
    for (const box of boxes) {
      const column = columns.indexOf(box.name);
      if (!left.has(column)) left.set(column, new Set());
      if (box.checked) left.get(column).add(box.value);
    }
    return (order || rows()).filter((row) => words.every((word) => row.text.includes(word)) &&
      Array.from(left).every(([column, values]) => values.has(row.cells[column])));
  };

  const show = () => {
    const match = kept();
    const visible = match.slice(0, limit);
    body.replaceChildren(...visible.map((row) => row.element));
    rest.hidden = visible.length === match.length;
    let words = match.length === every.length ? total : `${match.length} of ${total} match`;
    if (!rest.hidden) words += `, the first ${visible.length} are shown`;
    shown.textContent = words + sorted;
  };

  const compare = (column) => {
    if (columns[column] === "severity") {
      return (a, b) => severities.indexOf(a.cells[column]) - severities.indexOf(b.cells[column]);
    }
    return (a, b) => collator.compare(a.cells[column], b.cells[column]);
  };

  const sort = (column) => {
    const head = heads[column];
    const first = columns[column] === "severity" ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const direction = head.getAttribute("aria-sort") === first ? other : first;
    for (const each of heads) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", direction);
    const by = compare(column);
    const sign = direction === "ascending" ? 1 : -1;
    // What is empty comes last in both directions.
    const empty = (row) => (row.cells[column] === "" ? 1 : 0);
    order = rows().slice().sort((a, b) => empty(a) - empty(b) || sign * by(a, b));
    sorted = `, sorted by ${head.textContent.toLowerCase()}, ${direction}`;
    show();
  };

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(column));
    head.replaceChildren(button);
  });
  const narrow = () => { limit = STEP; show(); };
  filters.addEventListener("input", narrow);
  document.getElementById("clear").addEventListener("click", () => {
    find.value = "";
    for (const box of boxes) box.checked = true;
    narrow();
  });
  rest.firstElementChild.addEventListener("click", () => {
    const next = body.rows.length;
    limit += STEP;
    show();
    body.rows[next].querySelector("a").focus();
  });
  filters.hidden = false;
  if (later) {
    rest.hidden = false;
    shown.textContent = `${total}, the first ${STEP} are shown`;
  }
})();
