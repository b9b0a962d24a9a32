"use strict";
// Builds the verdict and the explorer of every environment. Model outputs are untrusted and inserted as text nodes only.

const SVG = "http://www.w3.org/2000/svg";
const SIZE = 120;
const RUNNERS_UP = 4;

function make(tag, attributes = {}, ...children) {
  const element = ["svg", "circle", "path", "title"].includes(tag)
    ? document.createElementNS(SVG, tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function describe(reward, names) {
  return names.map((name, i) => `${name} ${reward[i].toFixed(2)}`).join(" · ");
}

function scatter(agent, front, axes, best, names) {
  const at = (value) => 8 + value * (SIZE - 16);
  const [x, y] = axes;
  const label = `${agent.label}: pool in the plane of ${names[x]} and ${names[y]}`;
  const picture = make("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": label });
  picture.append(make("path", { d: `M8 8V${SIZE - 8}H${SIZE - 8}`, class: "axis" }));
  const counts = new Map();
  for (const reward of agent.rewards) {
    const key = `${reward[x]},${reward[y]}`;
    counts.set(key, (counts.get(key) || 0) + 1);
  }
  for (const [key, count] of counts) {
    const [u, v] = key.split(",").map(Number);
    const r = 2 + Math.sqrt(count);
    picture.append(make("circle", { cx: at(u), cy: SIZE - at(v), r, fill: agent.colour, stroke: agent.colour, class: "answer" }));
  }
  for (const point of front) {
    picture.append(make("circle", { cx: at(point[x]), cy: SIZE - at(point[y]), r: 5, class: "front" }));
  }
  if (best) {
    picture.append(make("circle", { cx: at(best[x]), cy: SIZE - at(best[y]), r: 7.5, class: "winner" }));
  }
  return picture;
}

function card(agent, task, weights, axes, names) {
  const order = ranking(agent.rewards, weights);
  const worth = utilities(agent.rewards, weights);
  const best = order[0];
  const box = make("article", { class: "card", "data-agent": agent.label, "data-winner": best });
  box.append(make("h4", {}, agent.label));
  box.append(scatter(agent, task.front, axes, agent.rewards[best], names));
  box.append(make("p", { class: "worth" }, `w · r = ${worth[best].toFixed(3)}`));
  box.append(make("p", {}, describe(agent.rewards[best], names)));
  const text = agent.texts[agent.answers[best]];
  box.append(make("pre", { tabindex: "0", class: "text" }, text === "" ? "(no answer)" : text));
  const others = order.slice(1, 1 + RUNNERS_UP).map((i) =>
    make("li", {}, `${worth[i].toFixed(3)}: ${describe(agent.rewards[i], names)}`)
  );
  const list = make("ol", { start: "2" }, ...others);
  box.append(make("details", {}, make("summary", {}, "next in rank"), list));
  return box;
}

function bars(agents) {
  const most = Math.max(...agents.map((agent) => agent.mean), 1e-9);
  const rows = [...agents].sort((a, b) => b.mean - a.mean).map((agent) => {
    const bar = make("span", { class: "bar" });
    bar.style.width = `${(100 * agent.mean) / most}%`;
    bar.style.background = agent.colour;
    const track = make("span", { class: "track" }, bar);
    return make("li", {}, make("span", { class: "name" }, agent.label), track, make("span", {}, agent.mean.toFixed(3)));
  });
  return make("ol", { class: "bars" }, ...rows);
}

function slider(label, id, settings, changed) {
  const input = make("input", { type: "range", id, ...settings });
  const shown = make("span", { class: "share", "aria-hidden": "true" }); // the slider announces its value
  input.addEventListener("input", changed);
  const row = make("div", { class: "slider" }, make("label", { for: id }, label), input, shown);
  return { input, row, show: (text) => ((shown.textContent = text), input.setAttribute("aria-valuetext", text)) };
}

// Sliders for k and the weights above the verdict; calls `changed` with the weights.
function judge(root, environment, number, changed) {
  const names = environment.objectives;
  const [, tasks, pool] = environment.pools.shape;
  const agents = environment.pools.agents.map((agent) => ({ ...agent, rewards: unpack(agent.rewards) }));
  const status = make("output", { role: "status", class: "verdict" });
  const chart = make("div");
  let weights = environment.weights.slice();
  const size = slider("k, answers of the pool", `k-${number}`, { min: 1, max: pool, value: pool }, update);
  const sliders = names.map((name, i) => slider(name, `weight-${number}-${i}`, { min: 0, max: 100 }, moved));

  function update() {
    const k = Number(size.input.value);
    size.show(String(k));
    sliders.forEach((each, i) => each.show(`${Math.round(weights[i] * 100)}%`));
    const judged = agents.map((agent) => ({ ...agent, values: bestOfK(agent.rewards, environment.pools.shape, weights, k) }));
    const text = verdict(judged, k, environment.pools.enoughSeeds);
    if (status.textContent !== text) status.textContent = text; // screen readers announce every change
    chart.replaceChildren(bars(judged.map((agent) => ({ ...agent, mean: mean(agent.values.map(mean)) }))));
    changed(weights);
  }

  function moved() {
    weights = simplex(sliders.map((each) => Number(each.input.value)));
    update();
  }

  function reset() {
    const most = Math.max(...environment.weights);
    sliders.forEach((each, i) => (each.input.value = Math.round((100 * environment.weights[i]) / most)));
    weights = environment.weights.slice();
    update();
  }

  const back = make("button", { type: "button" }, "the environment's own weights");
  back.addEventListener("click", reset);
  const weighing = make("fieldset", { class: "weights" }, make("legend", {}, "Preference weights"));
  weighing.append(...sliders.map((each) => each.row), back);
  root.append(status, chart, size.row, weighing);
  if (tasks < environment.pools.allTasks) {
    root.append(make("p", { class: "hint" }, `Over the first ${tasks} of ${environment.pools.allTasks} tasks.`));
  }
  return reset;
}

// The pools of one task, ranked by the weights; returns a function of the weights that draws them.
function explorer(root, environment) {
  const names = environment.objectives;
  const state = { task: environment.tasks[0], weights: environment.weights, axes: [0, 0] };
  const cards = make("div", { class: "cards" });
  const best = make("p", { class: "best" });
  const prompt = make("pre", { tabindex: "0", class: "text" });

  function draw(weights = state.weights) {
    state.weights = weights;
    const open = new Set([...cards.querySelectorAll("details[open]")].map((d) => d.parentNode.dataset.agent));
    const fresh = state.task.agents.map((agent) => card(agent, state.task, state.weights, state.axes, names));
    for (const box of fresh) if (open.has(box.dataset.agent)) box.querySelector("details").open = true;
    cards.replaceChildren(...fresh);
    const scores = state.task.agents.map((agent) => bestUtility(agent.rewards, state.weights));
    const top = Math.max(...scores);
    const leaders = [];
    state.task.agents.forEach((agent, i) => {
      if (top - scores[i] < TIE) {
        fresh[i].classList.add("leads");
        leaders.push(agent.label);
      }
    });
    const possible = bestUtility(state.task.front, state.weights);
    const limit = possible === null ? "" : `; the true front offers ${possible.toFixed(3)}`;
    best.textContent = `Best answer: ${leaders.join(", ")} with ${top.toFixed(3)}${limit}`;
  }

  function choose(index) {
    state.task = environment.tasks[index];
    prompt.textContent = state.task.prompt;
    const everything = state.task.agents.flatMap((agent) => agent.rewards).concat(state.task.front);
    state.axes = telling(everything);
    axes.forEach((select, i) => (select.value = state.axes[i]));
  }

  function menu(label, options, onchange) {
    const select = make("select", {}, ...options.map((text, i) => make("option", { value: i }, text)));
    select.addEventListener("change", () => (onchange(Number(select.value)), draw()));
    return [make("label", {}, `${label} `, select), select];
  }
  const [taskMenu] = menu("Task", environment.tasks.map((task) => task.task), choose);
  const menus = ["Across", "Up"].map((text, i) => menu(text, names, (axis) => (state.axes[i] = axis)));
  const axes = menus.map(([, select]) => select);
  const asked = make("details", {}, make("summary", {}, "the prompt"), prompt);
  root.append(make("div", { class: "menus" }, taskMenu, ...menus.map(([label]) => label)), best, asked, cards);
  choose(0);
  return draw;
}

const DATA = JSON.parse(document.getElementById("pools").textContent);
document.querySelectorAll(".judge").forEach((root, number) => {
  const environment = DATA.environments[number];
  const draw = environment.tasks.length ? explorer(document.getElementById(`explorer-${number}`), environment) : () => {};
  root.replaceChildren(); // the sentence for readers without JavaScript
  judge(root, environment, number, draw)();
});
