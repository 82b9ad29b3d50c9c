// Clusters: the kept page beside the member most unlike it, drawn when one is opened.
"use strict";

/** Characters of a run that both pages have, at its begin and at its end; the middle is left out. */
const CONTEXT = 300;

/** Sites of a cluster that a report lists. */
const LISTED_SITES = 10;

function shortenedRun(runText) {
  const characters = Array.from(runText);
  const left = characters.length - 2 * CONTEXT;
  if (left < CONTEXT) return [runText];
  const gap = element("span", { class: "gap" }, ` [${count(left)} characters that both have] `);
  return [characters.slice(0, CONTEXT).join(""), gap, characters.slice(-CONTEXT).join("")];
}

/** The text of one page: what both have, and what it alone has. */
function side(cluster, own) {
  const text = element("p", { class: "text", dir: "auto" });
  for (const [whose, words] of cluster.runs) {
    if (whose === "both") text.append(...shortenedRun(words));
    else if (whose === own) text.append(element(own === "kept" ? "ins" : "del", {}, words));
    else continue;
    if (!/\s$/u.test(words)) text.append(" ");
  }
  return text;
}

function column(cluster, at, heading) {
  const own = ["kept", "removed"][at];
  return element("section", { class: "side" },
    element("h4", {}, heading),
    element("p", { class: "title", dir: "auto" }, cluster.titles[at] ?? "(no title)"),
    element("p", { class: "aside" }, named(cluster.ids[at])),
    side(cluster, own));
}

function drawCluster(cluster) {
  const sites = cluster.sites.flatMap((site, at) => (at === 0 ? [siteLink(site)] : [", ", siteLink(site)]));
  return element("div", { class: "opened" },
    element("p", { class: "aside" }, "On ", ...sites, cluster.sites.length === LISTED_SITES ? " and perhaps more" : "", "."),
    element("div", { class: "sides" },
      column(cluster, 0, "Kept; what it alone has is underlined"),
      column(cluster, 1, "The other; what it alone has is struck through")));
}

function clusterItem(cluster) {
  const sites = counted(cluster.sites.length, "site", "sites") + (cluster.sites.length === LISTED_SITES ? " or more" : "");
  const figures = `${counted(cluster.members, "page", "pages")} on ${sites}, ` +
    `${cluster.relation}, Jaccard ${cluster.jaccard.toFixed(2)}`;
  const item = element("details", { class: "cluster", "data-cluster": cluster.cluster },
    element("summary", {}, element("bdi", { class: "title" }, cluster.titles[0] ?? cluster.ids[0]), " ",
      element("span", { class: "aside" }, figures)));
  item.addEventListener("toggle", () => {
    if (item.open && item.childElementCount === 1) item.append(drawCluster(cluster));
  });
  return item;
}

function showClusters() {
  const list = document.getElementById("clusters-list");
  if (list) list.append(...DATA.clusters.map(clusterItem));
}

function openCluster(name) {
  const item = Array.from(document.querySelectorAll(".cluster")).find((one) => one.dataset.cluster === name);
  if (!item) return;
  item.open = true;
  item.scrollIntoView();
  item.querySelector("summary").focus({ preventScroll: true });
}

function clusterLink(cluster) {
  const href = "#clusters&cluster=" + encodeURIComponent(cluster.cluster);
  return element("a", { href }, foreign(cluster.titles[0] ?? cluster.ids[0]));
}
