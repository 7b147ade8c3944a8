"use strict";
(() => {
  const STEP = 300;

  // What comes late on a long page lies in noscript elements, which are text
  // here, so that the page opens fast. It is the same page's escaped HTML.
  const parsed = (element) => {
    const template = document.createElement("template");
    template.innerHTML = element.textContent;
    return template.content;
  };

  // The findings of a release are made when it is opened.
  const fill = (fold) => {
    const late = fold.querySelector(":scope > noscript.late");
    if (late) late.replaceWith(parsed(late));
  };
  document.addEventListener("toggle", (event) => { if (event.target.open) fill(event.target); }, true);
  addEventListener("beforeprint", () => {
    const most = 100;
    const folds = document.querySelectorAll("details.release.fail, details.release.incomplete");
    if (folds.length <= most) folds.forEach(fill);
  });

  // A link may lead into a fold: open it, and put the focus there for a screen
  // reader.
  const reveal = () => {
    const name = location.hash.slice(1);
    const target = name && document.getElementById(name);
    if (!target) return;
    if (target.matches("details")) fill(target);
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const focus = target.matches("details") ? target.querySelector("summary") : target;
    if (!focus.matches("main, summary")) focus.tabIndex = -1;
    focus.focus({ preventScroll: true });
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  const collator = new Intl.Collator("en", { numeric: true });
  const textOf = (cell) => cell.textContent.trim();

  // A table whose heads are buttons that sort it. list gives its rows, and show
  // shows them in their new order.
  const sortable = (table, list, show) => {
    const heads = Array.from(table.tHead.rows[0].cells);
    const sort = (column) => {
      const head = heads[column];
      const numbers = head.classList.contains("n");
      const first = numbers ? "descending" : "ascending";
      const other = numbers ? "ascending" : "descending";
      const direction = head.getAttribute("aria-sort") === first ? other : first;
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", direction);
      const sign = direction === "ascending" ? 1 : -1;
      const by = numbers ? (a, b) => parseFloat(a) - parseFloat(b) : collator.compare;
      // What is empty comes last in both directions.
      const empty = (row) => (textOf(row.cells[column]) === "" ? 1 : 0);
      const order = list().slice().sort((a, b) => empty(a) - empty(b) ||
        (empty(a) ? 0 : sign * by(textOf(a.cells[column]), textOf(b.cells[column]))));
      show(order, `, sorted by ${textOf(head).toLowerCase()}, ${direction}`);
    };
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sort(column));
      head.replaceChildren(button);
    });
  };

  for (const table of document.querySelectorAll("table.sorted:not(#releases)")) {
    const body = table.tBodies[0];
    sortable(table, () => Array.from(body.rows), (rows) => body.replaceChildren(...rows));
  }

  const table = document.getElementById("releases");
  if (!table) return;
  const body = table.tBodies[0];
  const stateColumn = Array.from(table.tHead.rows[0].cells).findIndex((head) => head.dataset.key === "state");
  const filters = document.getElementById("filters");
  const boxes = Array.from(filters.querySelectorAll("input[type=checkbox]"));
  const find = document.getElementById("find");
  const shown = document.getElementById("shown");
  const total = shown.textContent;
  const rest = document.getElementById("rest");
  const later = document.getElementById("later");
  let every = null;
  const rows = () => {
    if (!every) {
      every = Array.from(body.rows);
      if (later) every.push(...parsed(later).querySelector("tbody").rows);
    }
    return every;
  };
  let order = null;
  let limit = STEP;
  let sorted = "";

  const show = () => {
    const wanted = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const states = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const match = (order || rows()).filter((row) => {
      if (boxes.length && !states.has(textOf(row.cells[stateColumn]))) return false;
      const text = Array.from(row.cells, textOf).join("\n").toLowerCase();
      return wanted.every((one) => text.includes(one));
    });
    const visible = match.slice(0, limit);
    body.replaceChildren(...visible);
    rest.hidden = visible.length === match.length;
    let told = match.length === rows().length ? total : `${match.length} of ${total} match`;
    if (!rest.hidden) told += `, the first ${visible.length} are shown`;
    shown.textContent = told + sorted;
  };
  sortable(table, rows, (next, words) => { order = next; sorted = words; show(); });
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
