// Elements and figures. Foreign text becomes text nodes, and nothing here reads markup from a string.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);

/** An element; `attributes` that are false or null are left out, `children` are nodes or strings. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** Foreign text within a line of ours: its direction is its own. */
function foreign(text) {
  return element("bdi", {}, text);
}

/** A name that machines read: a site, an id, an address. It goes from left to right, whatever letters it has. */
function named(text) {
  return element("bdi", { dir: "ltr" }, text);
}

/** Text for screen readers only. */
function spoken(text) {
  return element("span", { class: "sr" }, text);
}

function siteName(site) {
  return site === "" ? "(no site)" : site;
}

function siteHash(site) {
  return "#site=" + encodeURIComponent(site);
}

function siteLink(site) {
  return element("a", { class: "site-link", href: siteHash(site) }, named(siteName(site)));
}

const count = d3.format(",");

function percent(share) {
  if (share === 0 || share === 1) return 100 * share + "\u00a0%";
  if (share < 0.0005) return "<\u00a00.1\u00a0%";
  if (share > 0.9995) return ">\u00a099.9\u00a0%";
  return (100 * share).toFixed(1) + "\u00a0%";
}

function ratio(part, whole) {
  return whole === 0 ? 0 : part / whole;
}

function counted(number, one, many) {
  return count(number) + " " + (number === 1 ? one : many);
}

/** A metric of a site or of all: null if it was not measured. */
function measured(figures, index) {
  const short = figures.metrics[index];
  if (short === null) return null;
  if (typeof short === "number") return { count: 0, of: short, share: 0, low: 0, high: 0 };
  const [number, of, low, high] = short;
  return { count: number, of, share: ratio(number, of), low, high };
}

function copies(figures) {
  return ratio(Math.max(0, figures.pages - figures.kept), figures.pages);
}

function junk(figures) {
  return ratio(figures.stripped, figures.characters);
}

const METRIC_INDEX = new Map(DATA.metrics.map((metric, index) => [metric.name, index]));

function metricTitle(name) {
  return METRIC_INDEX.has(name) ? DATA.metrics[METRIC_INDEX.get(name)].title : name;
}

/** The rows of a list by the site that `of` names. */
function bySite(rows, of = (row) => row.site) {
  const groups = new Map();
  for (const row of rows) {
    const site = of(row);
    if (!groups.has(site)) groups.set(site, []);
    groups.get(site).push(row);
  }
  return groups;
}

const FINDINGS = bySite(DATA.findings);
const SAMPLES = bySite(DATA.samples);
const CHANGES = bySite(DATA.changes);
const SITES = new Map(DATA.sites.map((site) => [site.site, site]));
