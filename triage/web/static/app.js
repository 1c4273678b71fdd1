// The page works without this file; here are the keys, the running clocks and the small comforts.
"use strict";

const desk = () => document.getElementById("desk");
const lines = () => [...document.querySelectorAll(".line")];
const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

function choose(step) {
  const all = lines();
  const at = all.findIndex((line) => line.getAttribute("aria-current"));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  if (next && next !== all[at]) next.click();
}

function press(key) {
  const target = document.querySelector(`.toast [data-key="${key}"]`) ?? document.querySelector(`#case [data-key="${key}"]`);
  if (!target) return;
  target.click();
  const sheet = target.tagName === "SUMMARY" ? target.parentElement.querySelector("input:not([type=hidden]), select") : null;
  if (sheet) setTimeout(() => sheet.focus());
}

function pane(name) {
  if (desk()) desk().dataset.pane = name;
}

const GOTO = { r: "review", o: "outgoing", w: "waiting", p: "promises", u: "uncertain", k: "parked", n: "unsure", s: "snoozed", a: "all", f: "followups" };
const KEYS = {
  j: () => choose(1),
  k: () => choose(-1),
  o: () => pane("mail"),
  Enter: () => pane("mail"),
  e: () => { pane("letter"); document.getElementById("letter-text")?.focus(); },
  "/": () => document.getElementById("q")?.focus(),
  "?": () => document.getElementById("help")?.showModal(),
};
let goes = false;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
    if (typing(event.target)) event.target.blur();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.target.id === "letter-text") {
    if (event.key === "Enter") { event.preventDefault(); press("a"); }
    if (event.key === "s") { event.preventDefault(); document.querySelector("[data-save]")?.click(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (goes) {
    goes = false;
    document.querySelector(`[data-goto="${GOTO[event.key]}"]`)?.click();
    return;
  }
  if (event.key === "g") { goes = true; setTimeout(() => { goes = false; }, 1500); return; }
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  if (KEYS[event.key]) { event.preventDefault(); KEYS[event.key](); return; }
  if ("amurhls".includes(event.key)) { event.preventDefault(); press(event.key); }
});

function showSentence(words) {
  const text = document.getElementById("letter-text");
  const at = text ? text.value.indexOf(words) : -1;
  if (at < 0) return;
  text.focus();
  text.setSelectionRange(at, at + words.length);
  const before = text.value.slice(0, at).split("\n").length;
  const line = text.scrollHeight / Math.max(text.value.split("\n").length, 1);
  const scroll = text.closest(".scroll");
  scroll.scrollTo({ top: text.offsetTop - scroll.offsetTop + before * line - scroll.clientHeight / 2 });
}

document.addEventListener("click", (event) => {
  const to = (selector) => event.target.closest(selector);
  const sentence = to("[data-sentence]");
  if (sentence) showSentence(sentence.dataset.sentence);
  const legend = to("[data-mark]");
  if (legend) {
    const found = [...document.querySelectorAll(`mark[data-marks~="${CSS.escape(legend.dataset.mark)}"]`)];
    document.querySelectorAll("mark.lit").forEach((mark) => mark.classList.remove("lit"));
    found.forEach((mark) => mark.classList.add("lit"));
    found[0]?.scrollIntoView({ block: "center" });
  }
  const opens = to("[data-opens]");
  if (opens) document.getElementById(opens.dataset.opens).showModal();
  const chosen = to(".panes button");
  if (chosen) pane(chosen.dataset.pane);
  const bulk = to("[data-bulk]");
  if (bulk) bulk.setAttribute("aria-pressed", String(bulk.closest(".queue").classList.toggle("picking")));
  const line = to(".line");
  if (line) {
    lines().forEach((other) => other.removeAttribute("aria-current"));
    line.setAttribute("aria-current", "true");
    line.scrollIntoView({ block: "nearest" });
    if (matchMedia("(max-width: 940px)").matches) pane("mail");
  }
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

// Live: the server says that something happened; the lists are asked for again, what is open stays as it is.
async function refresh() {
  const lists = document.getElementById("lists");
  if (!lists || document.hidden || lists.querySelector("details.menu[open], .picking")) return;
  const before = new Set(lines().map((line) => line.id));
  const scrolled = lists.querySelector(".rows")?.scrollTop ?? 0;
  const open = document.querySelector("#letter-form input[name=seen]")?.value;
  const shown = document.querySelector("[data-stale]");
  await htmx.ajax("GET", lists.dataset.url, { target: "#lists", swap: "outerHTML" });
  const rows = document.querySelector("#lists .rows");
  if (rows) rows.scrollTop = scrolled;
  for (const line of lines()) {
    if (!before.has(line.id)) line.classList.add("fresh");
    if (shown && line.dataset.draft === shown.dataset.stale) line.setAttribute("aria-current", "true");
  }
  const line = shown && lines().find((each) => each.dataset.draft === shown.dataset.stale);
  if (shown && before.size) shown.hidden = line ? line.dataset.hash === open : !shown.dataset.wasListed;
  if (line) shown.dataset.wasListed = "yes";
}
if (document.getElementById("desk") && window.EventSource) {
  let waits;
  new EventSource("/events").addEventListener("changed", () => { clearTimeout(waits); waits = setTimeout(refresh, 250); });
  setInterval(refresh, 60_000); // the clocks run
  document.addEventListener("visibilitychange", refresh);
}

// A plan that a person works on stays open when the letter was written anew.
let planOpen = false;
document.addEventListener("htmx:beforeRequest", () => { planOpen = document.querySelector("[data-plan]")?.open ?? false; });
document.addEventListener("htmx:afterSettle", (event) => {
  const plan = document.querySelector("[data-plan]");
  if (plan && event.detail.requestConfig?.path.endsWith("/plan")) plan.open = planOpen;
});

// The time to undo, counted down; a notice goes by itself.
const loaded = new WeakMap();
function tick() {
  const now = Date.now();
  for (const until of document.querySelectorAll("[data-until]")) {
    if (!loaded.has(until)) loaded.set(until, now);
    const left = Math.ceil(Number(until.dataset.until) - (now - loaded.get(until)) / 1000);
    until.textContent = left > 0 ? `${left}` : "";
    if (left <= 0) until.closest("[data-toast]")?.remove();
  }
  for (const toast of document.querySelectorAll("[data-toast]")) {
    if (!loaded.has(toast)) loaded.set(toast, now);
    if (!toast.querySelector("[data-until]") && now - loaded.get(toast) > 6000) toast.remove();
  }
}
setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
tick();
