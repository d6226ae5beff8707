"use strict";
(() => {
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const canvas = document.getElementById("canvas");
  const svg = canvas.querySelector("svg");
  const detail = document.getElementById("detail");
  const article = document.getElementById("article");
  const box = svg.viewBox.baseVal;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const sentences = new Map(), nodes = new Map(), lines = [];
  for (const span of article.querySelectorAll("[data-unit]")) sentences.set(span.dataset.unit, span);
  for (const group of svg.querySelectorAll("g[data-unit]")) nodes.set(group.dataset.unit, group);
  for (const group of svg.querySelectorAll("g.link[data-sources]")) {
    lines.push({ group, ends: new Set([...group.dataset.sources.split(" "), group.dataset.target]) });
  }
  let zoom = 1, chosen = null;

  // ---- view
  function setZoom(next, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
    next = Math.min(4, Math.max(0.05, next));
    const left = (canvas.scrollLeft + x) / zoom, top = (canvas.scrollTop + y) / zoom;
    zoom = next;
    svg.setAttribute("width", box.width * zoom);
    svg.setAttribute("height", box.height * zoom);
    canvas.scrollLeft = left * zoom - x;
    canvas.scrollTop = top * zoom - y;
  }
  const fitWidth = () => (canvas.clientWidth - 8) / box.width;
  const fitAll = () => Math.min(fitWidth(), (canvas.clientHeight - 8) / box.height);
  const acts = {
    in: () => setZoom(zoom * 1.25), out: () => setZoom(zoom / 1.25),
    width: () => setZoom(fitWidth()), all: () => setZoom(fitAll()),
  };
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", acts[button.dataset.do]);
  }
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const frame = canvas.getBoundingClientRect();
    setZoom(zoom * Math.exp(-event.deltaY / 400), event.clientX - frame.left, event.clientY - frame.top);
  }, { passive: false });
  let drag = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    drag = { x: event.clientX, y: event.clientY, left: canvas.scrollLeft, top: canvas.scrollTop, moved: false };
  });
  addEventListener("pointermove", (event) => {
    if (!drag) return;
    const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
    if (Math.abs(dx) + Math.abs(dy) > 5) { drag.moved = true; canvas.classList.add("dragging"); }
    if (drag.moved) { canvas.scrollLeft = drag.left - dx; canvas.scrollTop = drag.top - dy; }
  });
  let justDragged = false;
  addEventListener("pointerup", () => {
    justDragged = Boolean(drag && drag.moved);
    drag = null;
    canvas.classList.remove("dragging");
  });

  // ---- choice
  function neighbours(number) {
    const near = new Set();
    for (const link of facts.links) {
      if (link.target === number) link.sources.forEach((source) => near.add(source));
      if (link.sources.includes(number)) { near.add(link.target); link.sources.forEach((s) => near.add(s)); }
    }
    near.delete(number);
    return near;
  }
  function choose(number, from) {
    chosen = number;
    const near = number === null ? new Set() : neighbours(number);
    for (const group of [sentences, nodes]) {
      for (const [key, element] of group) {
        element.classList.toggle("chosen", key === number);
        element.classList.toggle("near", near.has(key));
      }
    }
    for (const { group, ends } of lines) group.classList.toggle("near", number !== null && ends.has(number));
    svg.classList.toggle("has-choice", nodes.has(number));
    show(number);
    if (number === null) return;
    if (from !== "map" && nodes.has(number)) reveal(nodes.get(number));
    if (from !== "article" && sentences.has(number)) {
      showSentence(sentences.get(number));
    }
  }
  function showSentence(span) {
    if (article.scrollHeight <= article.clientHeight + 1) {  // stacked below the map, or short: the page scrolls
      span.scrollIntoView({ block: innerWidth > 832 ? "nearest" : "start", behavior: calm });
      return;
    }
    const frame = article.getBoundingClientRect(), at = span.getBoundingClientRect();
    article.scrollBy({ top: at.top + at.height / 2 - frame.top - article.clientHeight / 2, behavior: calm });
  }
  function reveal(node) {
    if (zoom < 0.5) setZoom(0.8);
    const frame = canvas.getBoundingClientRect(), at = node.getBoundingClientRect();
    canvas.scrollBy({
      left: at.left + at.width / 2 - frame.left - canvas.clientWidth / 2,
      top: at.top + at.height / 2 - frame.top - canvas.clientHeight / 2, behavior: calm,
    });
  }

  // ---- detail
  function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }
  function words(number) {
    const span = sentences.get(number);
    return span ? span.querySelector("bdi").textContent : "";
  }
  function jump(number, kind, note) {
    const button = make("button", { type: "button", className: `jump ${kind}` });
    button.append(`${number} `, make("bdi", {}, words(number)), note);
    button.title = words(number);
    button.addEventListener("click", () => choose(number, "detail"));
    return button;
  }
  function show(number) {
    detail.hidden = number === null;
    detail.replaceChildren();
    if (number === null) return;
    const unit = facts.units[number];
    const close = make("button", { type: "button", className: "close", ariaLabel: "Close" }, "×");
    close.addEventListener("click", () => choose(null));
    const roles = (number === facts.thesis ? ["thesis"] : []).concat(unit.stances.length ? unit.stances : ["no stance"]);
    const list = make("dl");
    const row = (term, ...values) => list.append(make("dt", {}, term), make("dd", {}, ...values));
    const scores = Object.entries(unit.scores);
    if (scores.length) {
      row("how sure", make("span", { className: "scores" }, ...scores.map(([stance, score]) =>
        make("span", {}, `${stance} `, make("meter", { min: 0, max: 1, value: score }), ` ${score.toFixed(2)}`))));
    }
    if (unit.evidence) row("evidence", unit.evidence);
    if ("source" in unit) {
      row("who says it", unit.source === null ? `not found${unit.why ? ` (${unit.why})` : ""}` : make("bdi", {}, unit.source),
        unit.source === null || unit.sure === null ? "" : ` · sure ${unit.sure.toFixed(2)}`);
    }
    if ("accused" in unit) {
      const parties = (many) => many.flatMap(([name, sure], place) => [place ? ", " : "", make("bdi", {}, name),
        sure === null ? "" : ` · sure ${sure.toFixed(2)}`]);
      const none = [`not found${unit.unnamed ? ` (${unit.unnamed})` : ""}`];
      if (unit.accused.length || unit.stances.includes("accusation")) {
        row("blames", ...(unit.accused.length ? parties(unit.accused) : none));
        if (unit.charge !== null) row("for what", make("bdi", {}, unit.charge));
      }
      if (unit.addressees.length || unit.stances.includes("recommendation")) {
        row("calls on", ...(unit.addressees.length ? parties(unit.addressees) : none));
      }
      if (unit.accuser !== null) row("in the words of", make("bdi", {}, unit.accuser));
    }
    const note = (link) => (link.undercut ? " (on the link)" : "") + (link.score === null ? "" : ` · sure ${link.score.toFixed(2)}`);
    const out = facts.links.filter((link) => link.sources.includes(number));
    const into = facts.links.filter((link) => link.target === number);
    for (const [kind, to, by] of [["support", "supports", "supported by"], ["attack", "speaks against", "attacked by"]]) {
      const targets = out.filter((link) => link.kind === kind), sources = into.filter((link) => link.kind === kind);
      if (targets.length) row(to, ...targets.map((link) => jump(link.target, kind, note(link))));
      if (sources.length) row(by, ...sources.flatMap((link) => link.sources.map((s) => jump(s, kind, note(link)))));
    }
    if (unit.stances.includes("accusation") && !unit.evidence && !into.some((link) => link.kind === "support")) {
      row("note", "no grounds found");
    }
    detail.append(close, make("h3", {}, `${number} · ${roles.join(", ")}`), list);
    const why = document.getElementById(`why-${number}`);
    if (why) for (const part of why.querySelectorAll(".moved")) detail.append(part.cloneNode(true));
    detail.scrollTop = 0;
  }

  // ---- input
  function listen(elements, from) {
    for (const [number, element] of elements) {
      const act = () => choose(chosen === number ? null : number, from);
      element.addEventListener("click", () => { if (from !== "map" || !justDragged) act(); });
      element.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(); }
      });
    }
  }
  listen(sentences, "article");
  listen(nodes, "map");
  for (const part of [document.getElementById("outline"), document.getElementById("why"), detail]) {
    part?.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-unit]");
      if (!link) return;
      event.preventDefault();
      scrollTo({ top: 0, behavior: calm });
      choose(link.dataset.unit, "outline");
    });
  }
  addEventListener("keydown", (event) => { if (event.key === "Escape") choose(null); });
  setZoom(Math.min(1, Math.max(0.8, fitWidth())), 0, 0);  // legible first; the rest is a scroll away
  canvas.scrollLeft = canvas.scrollTop = 0;
})();
