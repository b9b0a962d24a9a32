"use strict";
// The winner in words, for any k and weights: the same sentences as verdict.py, in pure functions.

const LEVEL_WITHIN = 0.0005;
const STEPS = 65535;
const QUANTILE = 1.959963984540054; // of the normal distribution, for two-sided 5%

function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Float64Array.from(new Uint16Array(bytes.buffer), (value) => value / STEPS);
}

// Chance that the i-th smallest of n scores is the best of a random k-subset.
function maxAtKWeights(n, k) {
  const weights = new Array(n).fill(0);
  weights[n - 1] = k / n;
  for (let i = n - 1; i >= k; i--) weights[i - 1] = (weights[i] * (i - k + 1)) / i;
  return weights;
}

// Expected best of k answers, by seed and task, of rewards (seeds, tasks, pool, d) in one array.
function bestOfK(rewards, [seeds, tasks, pool, d], weights, k) {
  const share = maxAtKWeights(pool, k);
  const worth = new Float64Array(pool);
  let at = 0;
  return Array.from({ length: seeds }, () =>
    Array.from({ length: tasks }, () => {
      for (let i = 0; i < pool; i++) {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += rewards[at++] * weights[j];
        worth[i] = sum;
      }
      return worth.sort().reduce((total, value, i) => total + value * share[i], 0);
    })
  );
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

// Two-sided 5% quantile of Student's t (Hill, Algorithm 396, Communications of the ACM 13, 1970).
function studentQuantile(n) {
  const p = 0.05;
  if (n <= 1) return 1 / Math.tan((p * Math.PI) / 2);
  if (Math.abs(n - 2) < 1e-9) return Math.sqrt(2 / (p * (2 - p)) - 2);
  const a = 1 / (n - 0.5);
  const b = (48 / a) / a;
  let c = (((20700 * a) / b - 98) * a - 16) * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * n;
  let y = Math.pow(d * p, 2 / n);
  if (y > 0.05 + a) {
    const x = -QUANTILE;
    y = x * x;
    if (n < 5) c += 0.3 * (n - 4.5) * (x + 0.6);
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c;
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
    y = Math.expm1(a * y * y);
  } else {
    y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * ((n + 1) / (n + 2)) + 1 / y;
  }
  return Math.sqrt(n * y);
}

// Mean of differences [seed][task] with the 95% interval of vpo_envs.intervals.paired_interval.
function pairedInterval(table) {
  const [seeds, tasks] = [table.length, table[0].length];
  const centre = mean(table.map(mean));
  const ofSeed = table.map((row) => mean(row) - centre);
  const ofTask = table[0].map((_, t) => mean(table.map((row) => row[t])) - centre);
  let [seed, task, rest] = [0, 0, 0];
  ofSeed.forEach((value) => (seed += tasks * value * value));
  ofTask.forEach((value) => (task += seeds * value * value));
  table.forEach((row, s) => row.forEach((value, t) => (rest += (value - centre - ofSeed[s] - ofTask[t]) ** 2)));
  const degrees = [seeds - 1, tasks - 1, (seeds - 1) * (tasks - 1)].map((value) => Math.max(value, 1));
  const parts = [seed, task, rest].map((value, i) => value / degrees[i]);
  let total = parts[0] + parts[1] - parts[2];
  const largest = parts[1] > parts[0] ? 1 : 0;
  let freedom = degrees[largest];
  if (total > parts[largest]) {
    freedom = total ** 2 / parts.reduce((sum, part, i) => sum + part ** 2 / degrees[i], 0);
  } else {
    total = parts[largest];
  }
  const half = studentQuantile(freedom) * Math.sqrt(total / (seeds * tasks));
  return [centre, centre - half, centre + half];
}

// Agents are {label, trained, values}, values by seed and task; returns the sentences of verdict.py.
function verdict(agents, k, enoughSeeds) {
  const trained = agents.filter((agent) => agent.trained).map((agent) => ({ ...agent, mean: mean(agent.values.map(mean)) }));
  const [first, second] = trained.sort((a, b) => b.mean - a.mean);
  if (!first) return "There are no trained agents to compare.";
  const what = k === 1 ? "single answers are worth" : `best of ${k} answers is worth`;
  const worth = `${first.label}'s ${what} ${first.mean.toFixed(3)} on average`;
  const seeds = first.values.length;
  const note = seeds >= enoughSeeds ? "" : ` Indicative: ${seeds} seed${seeds > 1 ? "s" : ""}.`;
  if (!second) return `${worth}.${note}`;
  const table = first.values.map((row, s) => row.map((value, t) => value - second.values[s][t]));
  const [gap, low, high] = pairedInterval(table);
  if (gap < LEVEL_WITHIN) return `${first.label} and ${second.label} are level: ${worth}.${note}`;
  const more = `${gap.toFixed(3)} more than ${second.label}'s`;
  if (note) return `${first.label} leads: ${worth}, ${more}.${note}`;
  const interval = `(95% interval ${low.toFixed(3)} to ${high.toFixed(3)})`;
  const title = low > 0 ? `${first.label} is ahead` : `${first.label} leads, but not significantly`;
  return `${title}: ${worth}, ${more} ${interval}.`;
}
