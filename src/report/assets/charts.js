// Charts of the overview and of a site: bars by kind of copy, junk by site, lengths.
"use strict";

const WIDTH = Math.max(300, Math.min(460, document.documentElement.clientWidth - 40));
const IS_NARROW = WIDTH < 400;
const ROW = 24;

/** A figure with its title and, in words, what the drawing shows. */
function figure(title, words, drawing, ...more) {
  const role = drawing.select("a").empty() ? "img" : "group";
  drawing.attr("role", role).attr("aria-label", words);
  return element("figure", { class: "chart" }, element("figcaption", {}, title), drawing.node(), ...more);
}

function canvas(width, height) {
  const svg = d3.select(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  return svg.attr("viewBox", `0 0 ${width} ${height}`).attr("class", "canvas");
}

/** Horizontal bars with their figures behind them. `rows` have `name`, `share`, `text`, and perhaps `href`. */
function bars(title, rows, note) {
  const label = IS_NARROW ? 140 : 178;
  const behind = 92;
  const height = rows.length * ROW + 4;
  const most = Math.max(...rows.map((row) => row.share), 0.0001);
  const x = d3.scaleLinear([0, most], [label, WIDTH - behind]);
  const y = d3.scaleBand(rows.map((_, at) => at), [0, height]).paddingInner(0.35);
  const svg = canvas(WIDTH, height);
  rows.forEach((row, at) => {
    const middle = y(at) + y.bandwidth() / 2;
    const holder = row.href ? svg.append("a").attr("href", row.href) : svg.append("g");
    holder.append("text").attr("class", "label").attr("x", label - 8).attr("y", middle).text(shortened(row.name, IS_NARROW ? 20 : 26));
    holder.append("rect").attr("class", "mark").attr("x", label).attr("y", y(at)).attr("height", y.bandwidth())
      .attr("width", Math.max(row.share > 0 ? 1 : 0, x(row.share) - label));
    holder.append("text").attr("class", "value").attr("x", x(row.share) + 6).attr("y", middle).text(row.text);
    holder.append("title").text(`${row.name}: ${row.text}`);
  });
  svg.append("line").attr("class", "base").attr("x1", label).attr("x2", label).attr("y1", 0).attr("y2", height);
  const words = `${title}: ` + rows.map((row) => `${row.name} ${row.text}`).join(", ");
  return figure(title, words, svg, note ? element("p", { class: "aside" }, note) : null);
}

function shortened(text, length) {
  const characters = Array.from(text);
  return characters.length <= length ? text : characters.slice(0, length - 1).join("") + "…";
}

/** Columns of neighbouring classes. `columns` have `from`, `to`, `share`, `text`; `outline` are shares to compare with. */
function histogram(title, columns, ticks, words, options = {}) {
  const height = 190;
  const edge = { left: 44, right: 8, top: 8, bottom: 38 };
  const svg = canvas(WIDTH, height);
  const first = columns[0].from;
  const last = columns[columns.length - 1].to;
  const outline = options.outline ?? [];
  const most = Math.max(...columns.map((column) => column.share), ...outline, 0.0001);
  const x = d3.scaleLinear([first, last], [edge.left, WIDTH - edge.right]);
  const y = d3.scaleLinear([0, most], [height - edge.bottom, edge.top]).nice(4);
  const yText = options.yText ?? ((share) => d3.format(".0%")(share).replace("%", " %"));
  svg.append("g").attr("class", "grid").attr("transform", `translate(${edge.left},0)`)
    .call(d3.axisLeft(y).ticks(4).tickSize(-(WIDTH - edge.left - edge.right)).tickFormat(yText));
  columns.forEach((column) => {
    const left = x(column.from) + 0.75;
    const bar = svg.append("rect").attr("class", "mark").attr("x", left).attr("y", y(column.share))
      .attr("width", Math.max(1, x(column.to) - left - 0.75)).attr("height", y(0) - y(column.share));
    bar.append("title").text(column.text);
  });
  if (outline.length > 0) {
    const steps = outline.map((share, at) => `L${x(columns[at].from)},${y(share)}L${x(columns[at].to)},${y(share)}`);
    svg.append("path").attr("class", "outline").attr("d", `M${x(first)},${y(0)}${steps.join("")}L${x(last)},${y(0)}`);
  }
  const axis = d3.axisBottom(x).tickValues(ticks.map((tick) => tick.at)).tickSizeOuter(0)
    .tickFormat((_, at) => ticks[at].text);
  svg.append("g").attr("class", "axis-x").attr("transform", `translate(0,${height - edge.bottom})`).call(axis);
  svg.append("text").attr("class", "unit").attr("x", WIDTH - edge.right).attr("y", height - 4).text(options.unit ?? "");
  return figure(title, words, svg, options.note ? element("p", { class: "aside" }, options.note) : null);
}

function copiesChart(figures) {
  const rows = DATA.metrics.flatMap((metric, index) => {
    const share = metric.kind === "copies" ? measured(figures, index) : null;
    if (!share) return [];
    return [{ name: metric.title, share: share.share, text: `${percent(share.share)} · ${count(share.count)}` }];
  });
  if (rows.length === 0) return null;
  return bars("Copies by kind", rows, "Kinds overlap: a copy across sites is also an exact or a near copy.");
}

const FEW_SITES = 16;
const CLASSES = 20;

/** A share of each site: few sites are shown by name, many by how many have how much. */
function sitesChart(name, share) {
  const sites = DATA.sites.filter((site) => site.pages > 0);
  if (sites.length === 0) return null;
  return sites.length <= FEW_SITES ? sitesByName(name, share, sites) : sitesByShare(name, share, sites);
}

function sitesByName(name, share, sites) {
  const sorted = sites.slice().sort((a, b) => share(b) - share(a));
  const rows = sorted.map((site) => ({
    name: siteName(site.site), share: share(site), text: percent(share(site)), href: siteHash(site.site),
  }));
  return bars(`${name}, by site`, rows);
}

function sitesByShare(name, share, sites) {
  const sizes = new Array(CLASSES).fill(0);
  for (const site of sites) sizes[Math.min(CLASSES - 1, Math.floor(share(site) * CLASSES))] += 1;
  const start = (at) => Math.round((100 * at) / CLASSES);
  const columns = sizes.map((size, at) => ({
    from: at, to: at + 1, share: size, text: `${start(at)} to ${start(at + 1)} %: ${counted(size, "site", "sites")}`,
  }));
  const middle = sites.map(share).sort((a, b) => a - b)[Math.floor(sites.length / 2)];
  const ticks = [0, 5, 10, 15, 20].map((at) => ({ at, text: `${start(at)} %` }));
  const words = columns.filter((column) => column.share > 0).map((column) => column.text).join("; ");
  return histogram(`${name}: how many sites have how much`, columns, ticks, words, {
    yText: d3.format(","), unit: "share", note: `The median is ${percent(middle)}.`,
  });
}

const LENGTH_TICKS = [[0, "0"], [1, "1"], [5, "16"], [9, "256"], [13, "4k"], [17, "66k"], [21, "1M"]];

/** Lengths of what is left of pages, in classes of powers of two; of a site, with all sites as an outline. */
function lengthChart(figures, compared) {
  const size = Math.max(figures.classes.length, compared ? compared.classes.length : 0);
  if (size === 0) return null;
  const shares = (some) => Array.from({ length: size }, (_, at) => ratio(some.classes[at] ?? 0, some.pages));
  const start = (at) => (at === 0 ? 0 : 2 ** (at - 1));
  const columns = shares(figures).map((share, at) => ({
    from: at, to: at + 1, share,
    text: `${at === 0 ? "0" : `${count(start(at))} to ${count(2 * start(at) - 1)}`} characters: ` +
      `${counted(figures.classes[at] ?? 0, "page", "pages")}`,
  }));
  const ticks = LENGTH_TICKS.filter(([at]) => at <= size).map(([at, text]) => ({ at, text }));
  const [least, lower, median, upper, most] = figures.lengths.map((length) => count(length));
  const note = `Half of the pages have ${lower} to ${upper} characters, the median is ${median}; the extremes are ${least} and ${most}.` +
    (compared ? " The outline is all sites." : "");
  const words = columns.filter((column) => column.share > 0).map((column) => column.text).join("; ");
  return histogram("Length of pages without junk", columns, ticks, words, {
    unit: "characters, each class twice the last", outline: compared ? shares(compared) : [], note,
  });
}
