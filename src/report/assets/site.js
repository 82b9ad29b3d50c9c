// The view of one site: findings, figures, stripped lines, sample pages in place, and what it shares with others.
"use strict";

function part(title, ...children) {
  return element("section", {}, element("h2", {}, title), ...children);
}

function scrolled(label, table) {
  return element("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, table);
}

function tableOf(caption, heads, rows, className) {
  const head = heads.map(([title, isNumber]) => element("th", { scope: "col", class: isNumber ? "number" : null }, title));
  return scrolled(caption, element("table", { class: className }, element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)));
}

function siteFacts(site) {
  const facts = [
    ["pages", count(site.pages)], ["kept", count(site.kept)], ["copies", percent(copies(site))],
    ["junk", percent(junk(site))], ["median length", `${count(site.lengths[2])} characters`],
    ["language", languageName(site.language) || "unknown"],
  ];
  const fact = ([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value));
  return element("dl", { class: "key-figures" }, ...facts.map(fact));
}

function siteFindings(site) {
  const findings = FINDINGS.get(site.site) ?? [];
  const items = findings.map((finding) => element("li", { class: "finding" },
    element("p", {}, element("span", { class: "says" }, foreign(finding.text))),
    finding.excerpt ? element("blockquote", { dir: "auto" }, finding.excerpt) : null,
    element("p", { class: "aside" }, metricTitle(finding.metric), finding.example === null ? "" : ", for example ",
      finding.example === null ? null : named(finding.example))));
  if (site.drift) items.unshift(element("li", { class: "finding" }, element("p", {}, "Its template changed: ", foreign(site.drift))));
  if (items.length === 0) return part("What matters here", element("p", {}, "Nothing stands out."));
  return part("What matters here", element("ol", { class: "findings" }, ...items));
}

/** The share with its interval; the tick is the share of all sites. The axis is of square roots, as in the overview. */
function dots(value, all) {
  const place = (share) => `${100 * Math.sqrt(Math.min(1, Math.max(0, share)))}%`;
  const svg = d3.select(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  svg.attr("class", "dots").attr("aria-hidden", "true");
  const line = (name, x1, x2, y1, y2) => svg.append("line").attr("class", name)
    .attr("x1", x1).attr("x2", x2).attr("y1", y1).attr("y2", y2);
  if (all) line("all", place(all.share), place(all.share), "15%", "85%");
  if (value.count > 0) {
    line("interval", place(value.low), place(value.high), "50%", "50%");
    svg.append("circle").attr("cx", place(value.share)).attr("cy", "50%").attr("r", 3.5);
  }
  return svg.node();
}

function siteMetrics(site) {
  const rows = DATA.metrics.flatMap((metric, index) => {
    const value = measured(site, index);
    const all = measured(DATA.total, index);
    if (value === null) return [];
    return [element("tr", { class: value.count === 0 ? "zero" : null },
      element("th", { scope: "row", title: metric.meaning }, metric.title),
      element("td", { class: "number" }, `${count(value.count)} of ${count(value.of)}`),
      element("td", { class: "number" }, percent(value.share)),
      element("td", { class: "number" }, all ? percent(all.share) : ""),
      element("td", { class: "axis" }, dots(value, all)),
      element("td", { class: "id" }, site.details?.examples[metric.name] ? named(site.details.examples[metric.name]) : ""))];
  });
  const heads = [["Metric"], ["Pages", true], ["Share", true], ["All sites", true], ["Interval"], ["Example"]];
  return part("Figures", tableOf("Dot and line: the share with its 95 % interval, 0 to 100 % by square roots. Tick: all sites.",
    heads, rows, "metrics"));
}

const FEW_REASONS = 2;

/** Few reasons are seen at once; of many, the weightiest, and the others on demand. */
function reasonList(reasons) {
  const item = (reason) => element("li", {}, foreign(reason));
  if (reasons.length <= FEW_REASONS) return element("ul", { class: "reasons" }, ...reasons.map(item));
  return element("details", { class: "reasons" }, element("summary", {}, foreign(reasons[0])),
    element("ul", {}, ...reasons.slice(1).map(item)));
}

function siteLines(site) {
  if (site.details === null) {
    return part("Lines of its template", element("p", {}, "They are left out here, and are in report.json."));
  }
  if (site.details.lines.length === 0) return part("Lines of its template", element("p", {}, "None is known."));
  const rows = site.details.lines.map((line) => element("tr", {},
    element("td", { class: "line", dir: "auto" }, line.text),
    element("td", { class: "number" }, `${count(line.pages)} of ${count(line.of)}`),
    element("td", {}, element("span", { class: "tag" }, line.tier)),
    element("td", {}, reasonList(line.reasons))));
  return part("Lines of its template", tableOf("The lines that were stripped most, as one page has them.",
    [["Line"], ["Articles", true], ["Tier"], ["Reasons"]], rows, "lines"));
}

function sampleLine(line) {
  if (!line.stripped) return element("li", {}, element("p", { dir: "auto", class: line.text ? null : "blank" }, line.text));
  return element("li", { class: "stripped" },
    element("div", {}, spoken("stripped: "), element("p", { dir: "auto" }, element("del", {}, line.text || "\u00a0"))),
    reasonList(line.reasons ?? []));
}

function samplePage(sample) {
  const address = sample.link === null
    ? named(sample.url ?? "")
    : element("a", { href: sample.link, rel: "noopener noreferrer nofollow", referrerpolicy: "no-referrer", target: "_blank" },
      named(sample.url));
  const found = sample.metrics.map((name) => element("span", { class: "tag" }, metricTitle(name)));
  const more = sample.more > 0 ? element("p", { class: "aside" }, counted(sample.more, "more line is", "more lines are") + " left out.") : null;
  return element("section", { class: "sample" },
    element("h3", { dir: "auto" }, sample.title ?? "(no title)"),
    element("p", { class: "aside" }, named(sample.id), sample.date === null ? "" : ", ", sample.date === null ? null : foreign(sample.date),
      sample.url === null ? "" : ", ", address),
    found.length > 0 ? element("p", {}, ...found) : null,
    element("ol", { class: "page-lines" }, ...sample.lines.map(sampleLine)), more);
}

function siteSamples(site) {
  const samples = SAMPLES.get(site.site) ?? [];
  const pages = samples.length > 0 ? samples.map(samplePage) : [element("p", {}, "No page of this site is in this report.")];
  return part("Sample pages, with what was stripped struck through", ...pages);
}

function changeFigure(change, figure) {
  const isShare = METRIC_INDEX.has(change.figure) || change.figure === "junk";
  return isShare ? percent(figure) : count(Math.round(figure));
}

function siteChanges(site) {
  const rows = (CHANGES.get(site.site) ?? []).map((change) => element("tr", {},
    element("th", { scope: "row" }, foreign(metricTitle(change.figure))),
    element("td", { class: "number" }, changeFigure(change, change.before)),
    element("td", { class: "number" }, changeFigure(change, change.now)),
    element("td", {}, change.worse === null ? "" : change.worse ? "worse" : "better")));
  if (rows.length === 0) return null;
  return part("Changes since the baseline", tableOf("Figures that changed beyond noise.",
    [["Figure"], ["Before", true], ["Now", true], ["Way"]], rows));
}

function siteShares(site) {
  const flows = DATA.flows.filter((flow) => flow.from === site.site || flow.to === site.site);
  const clusters = DATA.clusters.filter((cluster) => cluster.sites.includes(site.site));
  const parts = [];
  if (flows.length > 0) {
    parts.push(part("Shared with other sites", tableOf("Pages that this site and another have.",
      [["From"], ["To"], ["Pages", true], ["First is known"]], flows.map(flowRow))));
  }
  if (clusters.length > 0) {
    const item = (cluster) => element("li", {}, clusterLink(cluster), " ",
      element("span", { class: "aside" }, counted(cluster.members, "page", "pages")));
    parts.push(part("Clusters", element("ul", {}, ...clusters.map(item))));
  }
  return parts;
}

/** Fills the view. */
function showSite(name, backHash) {
  const view = document.getElementById("site");
  const site = SITES.get(name);
  const back = element("p", { class: "back" }, element("a", { href: backHash }, "← All sites"));
  const title = element("h1", { id: "site-title", tabindex: "-1" }, named(siteName(name)));
  if (!site) {
    view.replaceChildren(back, title, element("p", {}, "This report has no such site."));
    return;
  }
  const charts = element("div", { class: "charts" }, ...[lengthChart(site, DATA.total), copiesChart(site)].filter(Boolean));
  const parts = [siteFindings(site), charts, siteSamples(site), siteLines(site), siteMetrics(site), siteChanges(site)];
  view.replaceChildren(back, title, siteFacts(site), ...parts.filter(Boolean), ...siteShares(site));
}
