// What the address says is what is shown: a site (#site=NAME), or the overview, with the state of its table
// (#sites&q=WORDS&sort=-pages&metric=near) and an open cluster (#clusters&cluster=NAME).
"use strict";

const OVERVIEW_TITLE = document.title;
const FIRST_STATE = { query: "", sort: BY_ATTENTION, isDown: true, metric: "" };

let tableState = { ...FIRST_STATE };

function parameters() {
  return new URLSearchParams(location.hash.slice(1));
}

function stateOf(given) {
  const sort = given.get("sort") ?? "-";
  return {
    query: given.get("q") ?? "",
    sort: sort.replace(/^-/, ""),
    isDown: sort.startsWith("-"),
    metric: given.get("metric") ?? "",
  };
}

function hashOf(state) {
  const given = new URLSearchParams();
  if (state.query) given.set("q", state.query);
  if (state.sort !== FIRST_STATE.sort || state.isDown !== FIRST_STATE.isDown) {
    given.set("sort", (state.isDown ? "-" : "") + state.sort);
  }
  if (state.metric) given.set("metric", state.metric);
  const text = given.toString();
  return "#sites" + (text ? "&" + text : "");
}

function drawTable() {
  document.getElementById("sites-query").value = tableState.query;
  document.getElementById("sites-metric").value = tableState.metric;
  showSites(tableState, (state, column) => {
    tableState = state;
    history.pushState(null, "", hashOf(state));
    drawTable();
    document.querySelector(`#sites-table [data-sort="${column || "attention"}"]`).focus();
  });
}

function route() {
  const given = parameters();
  const site = given.get("site");
  document.getElementById("overview").hidden = site !== null;
  document.getElementById("site").hidden = site === null;
  if (site === null) showOverview(given);
  else showOne(site);
}

function showOne(name) {
  showSite(name, hashOf(tableState));
  document.title = `${siteName(name)} · ${OVERVIEW_TITLE}`;
  window.scrollTo(0, history.state?.scrolled ?? 0);
  document.getElementById("site-title").focus({ preventScroll: true });
}

function showOverview(given) {
  document.title = OVERVIEW_TITLE;
  if (given.has("sites")) {
    tableState = stateOf(given);
    drawTable();
  }
  if (given.has("cluster")) openCluster(given.get("cluster"));
  else if (history.state?.scrolled !== undefined) window.scrollTo(0, history.state.scrolled);
  else document.getElementById(location.hash.slice(1).split("&")[0])?.scrollIntoView();
}

/** Where a view was left is where "back" returns to. */
function rememberPlace() {
  history.replaceState({ ...history.state, scrolled: window.scrollY }, "");
}

function start() {
  history.scrollRestoration = "manual";
  document.getElementById("charts").append(
    ...[copiesChart(DATA.total), sitesChart("Copies", copies), lengthChart(DATA.total, null), sitesChart("Junk in the text", junk)].filter(Boolean));
  fillMetrics();
  showSyndication();
  showClusters();
  tableState = stateOf(parameters());
  drawTable();
  document.getElementById("sites-tools").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("sites-query").addEventListener("input", (event) => {
    tableState = { ...tableState, query: event.target.value };
    history.replaceState(history.state, "", hashOf(tableState));
    drawTable();
  });
  document.getElementById("sites-metric").addEventListener("change", (event) => {
    const metric = event.target.value;
    tableState = { ...tableState, metric, sort: metric ? "metric" : BY_ATTENTION, isDown: true };
    history.pushState(null, "", hashOf(tableState));
    drawTable();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a[href^='#']")) rememberPlace();
  });
  window.addEventListener("popstate", route);
  window.addEventListener("beforeprint", () => {
    for (const closed of document.querySelectorAll("#findings details:not([open]), #site details:not([open])")) closed.open = true;
  });
  route();
}

start();
