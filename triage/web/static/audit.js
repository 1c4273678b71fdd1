// Draws the chart of the audit page: bars for the median, marks for the 90th percentile, told apart by shape.
"use strict";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

for (const place of document.querySelectorAll("[data-bars]")) {
  const names = JSON.parse(place.dataset.names);
  const { median, p90 } = JSON.parse(place.dataset.bars);
  const at = names.map((_, number) => number);
  const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
  const draw = () => {
    place.replaceChildren();
    return new uPlot({
      width: place.clientWidth, height: 220, cursor: { show: false }, legend: { show: true, live: false },
      scales: { x: { time: false, range: [-0.7, Math.max(names.length - 0.3, 1)] }, y: { range: (_, low, high) => [0, Math.max(high * 1.1, 1)] } },
      axes: [{ ...axis, splits: () => at, values: () => names.map((name) => name.slice(0, 14)), rotate: names.length > 12 ? -40 : 0, size: names.length > 12 ? 80 : 34 }, { ...axis, values: (_, ticks) => ticks.map((tick) => `${tick} h`) }],
      series: [{}, { label: place.dataset.median, stroke: colour("--accent"), fill: colour("--accent"), paths: uPlot.paths.bars({ size: [0.5, 46] }), points: { show: false } },
        { label: place.dataset.p90, stroke: colour("--soon"), width: 0, paths: () => null, points: { show: true, size: 11, fill: colour("--surface"), stroke: colour("--soon"), width: 2.5 } }],
    }, [at, median, p90], place);
  };
  let chart = draw();
  new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: 220 })).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { chart.destroy(); chart = draw(); });
}
