"use strict";
// The interactive drawing of the concept page: a pool of answers with two objectives, and the weights between them.

const PLACES = {
  spread: [[0.97, 0.08], [0.9, 0.42], [0.72, 0.7], [0.45, 0.88], [0.1, 0.96], [0.5, 0.3]],
  collapsed: [[0.72, 0.7], [0.72, 0.7], [0.71, 0.68], [0.7, 0.7], [0.72, 0.69], [0.69, 0.66]],
};
const GRID = Array.from({ length: 201 }, (_, i) => i / 200); // shares of the first objective

function utility([first, second], share) {
  return share * first + (1 - share) * second;
}

function winner(pool, share) {
  const worth = pool.map((reward) => utility(reward, share));
  return worth.indexOf(Math.max(...worth));
}

// E_w of the best answer: weights uniform on the simplex of two objectives, by the trapezoidal rule.
function poolValue(pool) {
  const best = GRID.map((share) => utility(pool[winner(pool, share)], share));
  return (best.reduce((sum, value) => sum + value, 0) - (best[0] + best[200]) / 2) / 200;
}

function svg(tag, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

function frame(label, across, up) {
  const picture = svg("svg", { viewBox: "0 0 240 240", role: "img", "aria-label": label });
  picture.append(svg("path", { d: "M30 10V210H230", class: "axis" }));
  picture.append(svg("text", { x: 130, y: 234, "text-anchor": "middle" }, across));
  picture.append(svg("text", { x: 14, y: 110, "text-anchor": "middle", transform: "rotate(-90 14 110)" }, up));
  return picture;
}

const X = (value) => 30 + 200 * value;
const Y = (value) => 210 - 200 * value;

// The pool in the plane of its objectives; the line joins rewards that are worth as much as the winner.
function plane(pool, share, best) {
  const picture = frame("Rewards of the pool's answers", "gold", "diamonds");
  const worth = utility(pool[best], share);
  const ends = share < 0.5 // where the line of equal worth leaves the square
    ? [[0, worth / (1 - share)], [1, (worth - share) / (1 - share)]]
    : [[worth / share, 0], [(worth - 1 + share) / share, 1]];
  const [from, to] = ends.map(([x, y]) => `${X(x)} ${Y(y)}`);
  picture.append(svg("path", { d: `M${from}L${to}`, class: "level" }));
  pool.forEach(([x, y], i) => picture.append(svg("circle", { cx: X(x), cy: Y(y), r: 6, class: i === best ? "best" : "other" })));
  return picture;
}

// The best answer's worth at every weight; the area below the line is what VPO rewards.
function curve(pool, share, best) {
  const picture = frame("Worth of the best answer at every weight", "weight of gold", "w · r of the best");
  const line = GRID.map((each) => `${X(each)} ${Y(utility(pool[winner(pool, each)], each))}`).join("L");
  picture.append(svg("path", { d: `M${X(0)} ${Y(0)}L${line}L${X(1)} ${Y(0)}Z`, class: "area" }));
  picture.append(svg("path", { d: `M${line}`, class: "line" }));
  picture.append(svg("circle", { cx: X(share), cy: Y(utility(pool[best], share)), r: 6, class: "best" }));
  return picture;
}

function start(root) {
  const slider = root.querySelector("input[type=range]");
  const said = root.querySelector("output");
  const pictures = root.querySelector(".pictures");
  function draw() {
    const share = Number(slider.value) / 100;
    const pool = PLACES[root.querySelector("input[type=radio]:checked").value];
    const best = winner(pool, share);
    slider.setAttribute("aria-valuetext", `gold ${slider.value}%, diamonds ${100 - slider.value}%`);
    pictures.replaceChildren(plane(pool, share, best), curve(pool, share, best));
    said.textContent =
      `Gold ${slider.value}%, diamonds ${100 - slider.value}%: the best answer is worth ` +
      `${utility(pool[best], share).toFixed(2)}. Over all weights the pool is worth ${poolValue(pool).toFixed(3)}.`;
  }
  root.addEventListener("input", draw);
  draw();
}

if (typeof document !== "undefined") {
  const begin = () => document.querySelectorAll(".weights-and-pool").forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
}
