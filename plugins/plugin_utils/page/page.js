/* Copyright (c) 2026 nfv.iperf contributors
   GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
   SPDX-License-Identifier: GPL-3.0-or-later

   Heat maps, and one link in full. The page is complete without this script but for these two. Text from the run only ever becomes text: nothing here
   writes HTML. The place in the address (#link-17) says which link is shown, so that a link can be sent to somebody. */
"use strict";

const byId = (id) => document.getElementById(id);
const pause = () => new Promise((done) => setTimeout(done));
const unpacked = {};
let data = null;

async function unpack(id) {
  if (!(id in unpacked)) {
    const bytes = Uint8Array.from(atob(byId(id).textContent), (letter) => letter.charCodeAt(0));
    unpacked[id] = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  }
  return unpacked[id];
}

function node(tag, attributes, ...children) {
  const made = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => made.setAttribute(name, value));
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/* ---- words ---- */
const digits = (value) => value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);

function rate(bits) {
  if (bits === null || bits === undefined) return "-";
  const units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];
  let power = 0;
  while (power < 4 && bits >= 1000 ** (power + 1)) power += 1;
  return digits(bits / 1000 ** power) + " " + units[power];
}

const number = (value, unit) => value === null || value === undefined ? "-" : String(Number(value.toPrecision(3))) + (unit || "");
const pair = (place) => data.hosts[data.from[place]] + " → " + data.hosts[data.to[place]];
const statusOf = (place) => data.statuses[data.status[place]];

/* ---- heat maps ---- */
function heatmap(table) {
  const size = table.hosts.length;
  const place = new Map(table.hosts.map((host, index) => [host, index]));
  const grid = () => Array.from({length: size}, () => new Array(size).fill(""));
  const hover = grid(), values = grid(), marked = grid(), links = grid();
  for (const link of table.links) {
    const row = place.get(data.from[link]), column = place.get(data.to[link]), bits = data.columns.bps[link];
    hover[row][column] = pair(link) + "<br>" + (bits === null ? "" : rate(bits) + ", ") + statusOf(link);
    values[row][column] = bits === null ? "" : digits(bits / table.factor);
    marked[row][column] = ((table.figure.data[1].text || marked)[row][column] + " " + values[row][column]).trim();
    links[row][column] = link;
  }
  table.grid = links;
  const traces = table.figure.data.map((trace) => ({...trace, hovertext: hover}));
  return {traces, values, marked};
}

/* Which labels of an axis there is room for: first those of hosts with mostly bad links, which people look for, then every few. */
function ticks(labels, bad, every) {
  const chosen = bad.filter((share) => share >= 0.5).length * every < labels.length ? labels.map((_, index) => bad[index] >= 0.5) : labels.map(() => false);
  const near = (index) => chosen.slice(Math.max(0, index - every + 1), index + every).some(Boolean);
  const shown = labels.map((_, index) => index).filter((index) => chosen[index] || (index % every === 0 && !near(index)));
  return {tickmode: "array", tickvals: shown, ticktext: shown.map((index) => labels[index])};
}

function sizes(table, width) {
  const size = table.hosts.length;
  const left = Math.min(130, Math.max(...table.labels.map((label) => label.length)) * 5.9 + 12);
  const cellWidth = Math.max(2, Math.min(110, (width - left - 6) / size));
  const cellHeight = size <= 12 ? 34 : Math.max(5, Math.min(22, cellWidth));
  const flat = cellWidth > left - 8;
  const top = flat ? 26 : left;
  const every = (cell) => Math.ceil(10 / cell);
  const statuses = table.figure.data[1].z;
  const share = (cells) => cells.filter((cell) => cell !== null).length / Math.max(1, size - 1);
  const rows = statuses.map(share), columns = statuses.map((_, index) => share(statuses.map((row) => row[index])));
  const gap = cellWidth >= 7 && cellHeight >= 7 ? 1 : 0;
  return {
    texts: cellWidth >= 38 && cellHeight >= 18, marks: cellWidth >= 9 && cellHeight >= 9, gap,
    layout: {...table.figure.layout, width: left + cellWidth * size + 6, height: top + cellHeight * size + 6, margin: {l: left, r: 6, t: top, b: 6},
      xaxis: {...table.figure.layout.xaxis, ...ticks(table.labels, columns, every(cellWidth)), tickangle: flat ? 0 : -90, tickfont: {size: cellWidth < 11 ? 9.5 : 10.5}, fixedrange: true},
      yaxis: {...table.figure.layout.yaxis, ...ticks(table.labels, rows, every(cellHeight)), tickfont: {size: cellHeight < 11 ? 9.5 : 10.5}, fixedrange: true},
      hoverlabel: {bgcolor: "#fff", bordercolor: "#888", font: {color: "#1f1f1c", size: 13}}},
  };
}

function draw(box, table) {
  const width = Math.floor(box.clientWidth);
  if (!width || box.drawnAt === width) return;
  box.drawnAt = width;
  table.made = table.made || heatmap(table);
  const {layout, texts, marks, gap} = sizes(table, width);
  const [rates, statuses] = table.made.traces;
  const shown = [
    {...rates, xgap: gap, ygap: gap, ...(texts ? {text: table.made.values, texttemplate: "%{text}"} : {})},
    {...statuses, xgap: gap, ygap: gap, ...(texts ? {text: table.made.marked} : marks ? {} : {text: undefined, texttemplate: undefined})},
  ];
  Plotly.react(box, shown, layout, {displayModeBar: false});
  if (!box.listens) {
    box.listens = true;
    box.on("plotly_click", (event) => {
      const link = table.grid[event.points[0].pointIndex[0]][event.points[0].pointIndex[1]];
      if (link !== "") location.hash = "link-" + link;
    });
  }
}

/* ---- one link ---- */
function numbers(place) {
  const value = (name) => data.columns[name][place];
  const rows = [
    ["Received", rate(value("bps"))], ["Sent", rate(value("sent_bps"))], ["Baseline", rate(value("baseline_bps"))],
    ["Change", number(value("change_percent"), " %")], ["Loss", number(value("lost_percent"), " %")], ["Jitter", number(value("jitter_ms"), " ms")],
    ["Retransmits", number(value("retransmits"))], ["Round trip", number(value("rtt_ms"), " ms")], ["Time", number(value("seconds"), " s")],
    ["CPU of the sender", number(value("cpu_from"), " %")], ["CPU of the receiver", number(value("cpu_to"), " %")],
    ["Limited by", value("limited_by") || "-"], ["Attempts", number(value("attempts"))],
  ];
  return node("dl", {}, ...rows.filter(([, told]) => told !== "-").map(([name, told]) => node("div", {}, node("dt", {}, name), node("dd", {}, told))));
}

const list = (lines) => node("ul", {}, ...lines.map((line) => node("li", {}, line)));

function diagnosis(told) {
  if (!told) return [];
  const found = [node("h3", {}, "Diagnosis"), node("p", {}, told.explanation || "")];
  if (told.remedy.length) found.push(node("h3", {}, "What helps"), list(told.remedy));
  if (told.evidence.length) found.push(node("h3", {}, "Evidence"), list(told.evidence));
  return found;
}

function checks(rows) {
  if (!rows.length) return [];
  const lines = rows.map(([name, status, told]) => node("tr", {}, node("td", {}, name), node("td", {class: "plain"}, node("b", {class: status}, status)), node("td", {}, told)));
  return [node("h3", {}, "Criteria"), node("table", {}, ...lines)];
}

function transcript(entries) {
  if (!entries.length) return [];
  const rows = entries.map(([time, direction, name, size, content]) => node("tr", {},
    node("td", {class: "plain"}, time.toFixed(4) + " s"), node("td", {class: "plain"}, direction === "sent" ? "→ sent" : "← received"),
    node("td", {}, name, content === null ? null : node("details", {}, node("summary", {}, "content"),
      node("pre", {}, typeof content === "string" ? content : JSON.stringify(content, null, 1)))),
    node("td", {class: "plain"}, size + " B")));
  return [node("h3", {}, "Control connection"), node("p", {}, "As the host that opened it saw it."), node("table", {}, ...rows)];
}

function series(box, place, table, details, back) {
  const lines = [[place, "#0b4a6f", "this direction"], [back, "#b9b9b3", "the other direction"]].filter(([link]) => link !== undefined && details.intervals[link].length);
  if (!lines.length) return;
  const traces = lines.map(([link, color, name]) => {
    const values = details.intervals[link], step = (data.columns.seconds[link] || values.length) / values.length;
    return {x: values.map((_, index) => (index + 1) * step), y: values.map((bits) => bits === null ? null : bits / table.factor), name, type: "scatter",
      mode: values.length > 60 ? "lines" : "lines+markers", line: {color}, hovertemplate: "%{y:.3g} " + table.unit + "<extra>%{x:.1f} s</extra>"};
  });
  const level = (bits, name, dash) => bits ? [{type: "line", xref: "paper", x0: 0, x1: 1, y0: bits / table.factor, y1: bits / table.factor,
    line: {color: "#888", width: 1, dash}, label: {text: name, textposition: "start", yanchor: "top", font: {size: 10, color: "#666"}}}] : [];
  Plotly.newPlot(box, traces.reverse(), {
    template: "none", height: 240, margin: {l: 52, r: 12, t: 10, b: 60}, yaxis: {title: {text: table.unit}, rangemode: "tozero"}, xaxis: {ticksuffix: " s"},
    showlegend: true, legend: {orientation: "h", y: -0.18}, shapes: [...level(table.median, "median of the network", "dot"), ...level(data.columns.baseline_bps[place], "baseline", "dash")],
  }, {displayModeBar: false, responsive: true});
}

async function show(place) {
  const details = JSON.parse(await unpack("details"));
  const table = data.tables.find((one) => one.links.includes(place));
  const back = table.links.find((one) => data.from[one] === data.to[place] && data.to[one] === data.from[place]);
  const close = node("button", {class: "close", type: "button", "aria-label": "Close"}, "✕");
  close.onclick = hide;
  const plot = node("div", {});
  const reason = data.columns.reason[place];
  const panel = byId("link");
  panel.replaceChildren(
    close, node("h2", {}, pair(place)),
    node("p", {}, table.network + ", " + table.protocol + ": ", node("b", {class: statusOf(place)}, statusOf(place)), reason ? ", " + reason : ""),
    back === undefined ? null : node("p", {}, node("a", {href: "#link-" + back}, "The other direction")), numbers(place), plot,
    ...diagnosis(details.diagnoses[details.diagnosis[place]]), ...checks(details.checks[place]), ...transcript(details.transcript[place]));
  panel.hidden = false;
  panel.scrollTop = 0;
  series(plot, place, table, details, back);
}

function hide() {
  byId("link").hidden = true;
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
}

async function follow() {
  const found = /^#link-(\d+)$/.exec(location.hash);
  if (found && Number(found[1]) < data.from.length) await show(Number(found[1])); else byId("link").hidden = true;
}

function picker() {
  const form = byId("pick");
  if (!form) return;
  const fill = () => {
    const table = data.tables[form.elements.table.value];
    for (const name of ["from", "to"]) {
      form.elements[name].replaceChildren(...table.hosts.map((host) => node("option", {value: host}, data.hosts[host])));
    }
    form.elements.to.selectedIndex = Math.min(1, table.hosts.length - 1);
  };
  form.elements.table.onchange = fill;
  form.onsubmit = (event) => {
    event.preventDefault();
    const from = Number(form.elements.from.value), to = Number(form.elements.to.value);
    const link = data.tables[form.elements.table.value].links.find((one) => data.from[one] === from && data.to[one] === to);
    if (link !== undefined) location.hash = "link-" + link;
  };
  fill();
  form.hidden = false;
}

async function start() {
  const library = document.createElement("script");
  library.textContent = await unpack("library");
  document.head.append(library);
  data = JSON.parse(await unpack("data"));
  picker();
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  await follow();
  const watch = new ResizeObserver((entries) => entries.forEach(({target}) => draw(target, data.tables[target.dataset.table])));
  for (const box of document.querySelectorAll(".heatmap")) {
    draw(box, data.tables[box.dataset.table]);
    watch.observe(box);
    await pause();
  }
  document.body.dataset.ready = "yes";
}

start().catch((error) => {
  byId("trouble").hidden = false;
  byId("trouble").textContent = "The heat maps could not be drawn by this browser (" + error.message + "). Chrome 80, Firefox 113, Safari 16.4 or newer can.";
});
