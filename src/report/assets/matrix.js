// Syndication between sites: a matrix of the busiest sites, and the flows as a table.
"use strict";

const BUSIEST = 20;
const FLOW_ROWS = 500;

function busiestSites() {
  const sums = new Map();
  for (const flow of DATA.flows) {
    for (const site of [flow.from, flow.to]) sums.set(site, (sums.get(site) ?? 0) + flow.pages);
  }
  const sites = Array.from(sums.keys()).sort((a, b) => sums.get(b) - sums.get(a));
  return { sites: sites.slice(0, BUSIEST), all: sites.length };
}

function matrixChart() {
  const { sites, all } = busiestSites();
  const label = 210;
  const cell = 26;
  const head = 120;
  const across = label + sites.length * cell + 90;
  const down = head + sites.length * cell + 6;
  const svg = canvas(across, down).attr("width", across);
  const at = d3.scaleBand(sites, [0, sites.length * cell]);
  const shown = DATA.flows.filter((flow) => at(flow.from) !== undefined && at(flow.to) !== undefined);
  const size = d3.scaleSqrt([0, Math.max(...shown.map((flow) => flow.pages), 1)], [0, cell / 2 - 2]);
  for (const site of sites) {
    const place = at(site) + cell / 2;
    const row = svg.append("a").attr("href", siteHash(site));
    row.append("text").attr("class", "label").attr("x", label - 8).attr("y", head + place).text(shortened(siteName(site), 32));
    svg.append("text").attr("class", "head").attr("transform", `translate(${label + place},${head - 8}) rotate(-45)`)
      .text(shortened(siteName(site), 20));
    svg.append("line").attr("class", "hair").attr("x1", label).attr("x2", label + sites.length * cell)
      .attr("y1", head + place).attr("y2", head + place);
    svg.append("line").attr("class", "hair").attr("y1", head).attr("y2", head + sites.length * cell)
      .attr("x1", label + place).attr("x2", label + place);
  }
  for (const flow of shown) {
    const cells = flow.directed ? [[flow.from, flow.to]] : [[flow.from, flow.to], [flow.to, flow.from]];
    for (const [from, to] of cells) {
      const circle = svg.append("circle").attr("class", flow.directed ? "flow" : "flow unknown")
        .attr("cx", label + at(to) + cell / 2).attr("cy", head + at(from) + cell / 2).attr("r", Math.max(1.5, size(flow.pages)));
      circle.append("title").text(flowText(flow));
    }
  }
  const note = all > sites.length ? `The ${sites.length} busiest of ${count(all)} sites; the table has more.` : null;
  const words = `The largest: ${shown.slice(0, 5).map(flowText).join("; ")}..`;
  const drawn = figure("Pages from site (row) to site (column)", words, svg, note && element("p", { class: "aside" }, note));
  drawn.classList.add("wide");
  return drawn;
}

function flowText(flow) {
  const way = flow.directed ? "to" : "and";
  return `${siteName(flow.from)} ${way} ${siteName(flow.to)}: ${counted(flow.pages, "page", "pages")}`;
}

function flowRow(flow) {
  return element("tr", {},
    element("td", {}, siteLink(flow.from)), element("td", {}, siteLink(flow.to)),
    element("td", { class: "number" }, count(flow.pages)), element("td", {}, flow.directed ? "yes" : "no"));
}

function showSyndication() {
  if (DATA.flows.length === 0) return;
  document.getElementById("matrix").append(matrixChart());
  document.querySelector("#flows tbody").append(...DATA.flows.slice(0, FLOW_ROWS).map(flowRow));
  if (DATA.flows.length > FLOW_ROWS) {
    document.getElementById("flows-caption").append(` The first ${FLOW_ROWS} of ${count(DATA.flows.length)}.`);
  }
}
