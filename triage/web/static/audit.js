// Draws the charts of the audit page: bars for the first column, marks of other shapes for the next ones, so that they
// are told apart without colour.
"use strict";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const diamond = (chart, place, radius) => {
  const marks = new Path2D();
  chart.data[place].forEach((value, at) => {
    if (value === null) return;
    const x = chart.valToPos(chart.data[0][at], "x", true), y = chart.valToPos(value, "y", true);
    marks.moveTo(x, y - radius); marks.lineTo(x + radius, y); marks.lineTo(x, y + radius); marks.lineTo(x - radius, y); marks.closePath();
  });
  return { stroke: marks, fill: marks };
};

const shapes = () => [
  { stroke: colour("--accent"), fill: colour("--accent"), paths: uPlot.paths.bars({ size: [0.5, 46] }), points: { show: false } },
  { stroke: colour("--soon"), width: 0, paths: () => null, points: { show: true, size: 11, fill: colour("--surface"), stroke: colour("--soon"), width: 2.5 } },
  { stroke: colour("--text"), fill: colour("--surface"), width: 2, paths: (chart, place) => diamond(chart, place, 7 * devicePixelRatio), points: { show: false } },
];

for (const place of document.querySelectorAll("[data-series]")) {
  const names = JSON.parse(place.dataset.names), series = JSON.parse(place.dataset.series), { unit } = place.dataset;
  const at = names.map((_, number) => number), crowded = names.length > 12;
  const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
  const draw = () => {
    place.replaceChildren();
    const kinds = shapes();
    return new uPlot({
      width: place.clientWidth, height: 220, cursor: { show: false }, legend: { show: true, live: false },
      scales: { x: { time: false, range: [-0.7, Math.max(names.length - 0.3, 1)] }, y: { range: (_, low, high) => [0, Math.max(high * 1.1, 1)] } },
      axes: [{ ...axis, splits: () => at, values: () => names.map((name) => name.slice(0, 14)), rotate: crowded ? -40 : 0, size: crowded ? 80 : 34 }, { ...axis, values: (_, ticks) => ticks.map((tick) => unit ? `${tick} ${unit}` : tick) }],
      series: [{}, ...series.map(([label], number) => ({ label, ...kinds[number] }))],
    }, [at, ...series.map(([, numbers]) => numbers)], place);
  };
  let chart = draw();
  new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: 220 })).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { chart.destroy(); chart = draw(); });
}
