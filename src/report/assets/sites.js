// The table of sites: searched, sorted, and given a column for any metric. Its state is in the address, see main.js.
"use strict";

const ROWS = 100;
const BY_ATTENTION = "";

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });

function languageName(code) {
  try {
    return code === null ? "" : LANGUAGES.of(code);
  } catch {
    return code;
  }
}

function shareCell(share, title) {
  const cell = element("td", { class: "number share", title }, percent(share));
  cell.style.setProperty("--share", share);
  return cell;
}

function metricCell(site, metric) {
  const value = measured(site, METRIC_INDEX.get(metric));
  if (value === null) return element("td", { class: "number" }, spoken("not measured"));
  return shareCell(value.share, `${count(value.count)} of ${count(value.of)}`);
}

function standsOut(site) {
  const findings = FINDINGS.get(site.site) ?? [];
  const cell = element("td", { class: "out" });
  if (site.drift) cell.append(element("span", { class: "tag" }, "new template"), " ");
  if (findings.length > 0) cell.append(foreign(findings[0].text));
  if (findings.length > 1) cell.append(" ", element("span", { class: "aside" }, `and ${findings.length - 1} more`));
  return cell;
}

const text = (a, b) => a.localeCompare(b, "en");

/** The columns: `key` in the address, `of` the value to sort by, `cell` what is shown. */
const COLUMNS = [
  { key: "site", title: "Site", of: (site) => site.site, isText: true,
    cell: (site) => element("th", { scope: "row" }, siteLink(site.site)) },
  { key: "pages", title: "Pages", of: (site) => site.pages,
    cell: (site) => element("td", { class: "number" }, count(site.pages)) },
  { key: "copies", title: "Copies", of: copies, cell: (site) => shareCell(copies(site)) },
  { key: "junk", title: "Junk", of: junk, cell: (site) => shareCell(junk(site)) },
  { key: "length", title: "Median length", of: (site) => site.lengths[2],
    cell: (site) => element("td", { class: "number" }, count(site.lengths[2])) },
  { key: "language", title: "Language", of: (site) => languageName(site.language), isText: true,
    cell: (site) => element("td", {}, languageName(site.language)) },
  { key: BY_ATTENTION, title: "Stands out", of: (site) => -ATTENTION.get(site), cell: standsOut },
];

const ATTENTION = new Map(DATA.sites.map((site, at) => [site, at]));

function metricColumn(metric) {
  return {
    key: "metric", title: metricTitle(metric), cell: (site) => metricCell(site, metric),
    of: (site) => measured(site, METRIC_INDEX.get(metric))?.share ?? -1,
  };
}

function columnsOf(state) {
  if (!METRIC_INDEX.has(state.metric)) return COLUMNS;
  return [...COLUMNS.slice(0, -1), metricColumn(state.metric), COLUMNS[COLUMNS.length - 1]];
}

/** The sites that a query and an order give. Words of the query have to stand in name, language or finding. */
function chosenSites(state) {
  const words = state.query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? DATA.sites.slice() : DATA.sites.filter((site) => {
    const hay = searched(site);
    return words.every((word) => hay.includes(word));
  });
  const column = columnsOf(state).find((one) => one.key === state.sort);
  if (column && column.key !== BY_ATTENTION) {
    const values = new Map(found.map((site) => [site, column.of(site)]));
    const compare = column.isText ? text : (a, b) => a - b;
    found.sort((a, b) => compare(values.get(a), values.get(b)));
    if (state.isDown) found.reverse();
  } else if (state.sort === BY_ATTENTION && !state.isDown) {
    found.reverse();
  }
  return found;
}

const HAYS = new Map();

function searched(site) {
  if (!HAYS.has(site)) {
    const findings = (FINDINGS.get(site.site) ?? []).map((finding) => finding.text);
    HAYS.set(site, [siteName(site.site), languageName(site.language), ...findings].join("\n").toLocaleLowerCase());
  }
  return HAYS.get(site);
}

function headCell(column, state, choose) {
  const isSorted = column.key === state.sort;
  const order = isSorted ? (state.isDown ? "descending" : "ascending") : null;
  const arrow = isSorted ? (state.isDown ? "↓" : "↑") : "";
  const button = element("button", { type: "button", "data-sort": column.key || "attention" }, column.title,
    element("span", { class: "arrow", "aria-hidden": "true" }, arrow));
  button.addEventListener("click", () => {
    const isDown = isSorted ? !state.isDown : !column.isText;
    choose({ ...state, sort: column.key, isDown }, column.key);
  });
  const isNumber = !column.isText && column.key !== BY_ATTENTION;
  return element("th", { scope: "col", "aria-sort": order, class: isNumber ? "number" : null }, button);
}

/** Draws the table anew. `choose` is called with the state that a click asks for. */
function showSites(state, choose) {
  const table = document.getElementById("sites-table");
  const columns = columnsOf(state);
  const found = chosenSites(state);
  const row = (site) => element("tr", {}, ...columns.map((column) => column.cell(site)));
  table.tHead.replaceChildren(element("tr", {}, ...columns.map((column) => headCell(column, state, choose))));
  table.tBodies[0].replaceChildren(...found.slice(0, ROWS).map(row));
  table.setAttribute("aria-rowcount", found.length + 1);
  table.hidden = false;
  document.getElementById("sites-tools").hidden = false;
  document.getElementById("sites-status").textContent = found.length === DATA.sites.length
    ? counted(found.length, "site", "sites")
    : `${count(found.length)} of ${counted(DATA.sites.length, "site", "sites")}`;
  offerMore(table.tBodies[0], found, row);
}

/** Buttons for the rows that are not there yet. */
function offerMore(body, found, row) {
  const place = document.getElementById("sites-more");
  const left = found.length - body.rows.length;
  place.hidden = left <= 0;
  if (left <= 0) return;
  const more = (name, size) => {
    const button = element("button", { type: "button" }, name);
    button.addEventListener("click", () => {
      const start = body.rows.length;
      body.append(...found.slice(start, start + size).map(row));
      offerMore(body, found, row);
      body.rows[start].querySelector("a").focus();
    });
    return button;
  };
  place.replaceChildren(more(`Show ${count(Math.min(ROWS, left))} more`, ROWS), " ",
    more(`Show all ${count(found.length)}`, found.length));
}

function fillMetrics() {
  const select = document.getElementById("sites-metric");
  select.append(element("option", { value: "" }, "none"));
  DATA.metrics.forEach((metric, index) => {
    if (measured(DATA.total, index)) select.append(element("option", { value: metric.name }, metric.title));
  });
}
