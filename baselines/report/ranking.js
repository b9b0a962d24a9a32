"use strict";
// Ranking by weights in pure functions. Ties are broken in favour of the earlier answer.

const TIE = 1e-9; // sums that are equal but for rounding

function simplex(raw) {
  const total = raw.reduce((sum, value) => sum + value, 0);
  return raw.map((value) => (total > 0 ? value / total : 1 / raw.length));
}

function utilities(rewards, weights) {
  return rewards.map((reward) => reward.reduce((sum, value, i) => sum + value * weights[i], 0));
}

function ranking(rewards, weights) {
  const worth = utilities(rewards, weights);
  const order = worth.map((_, i) => i).sort((a, b) => worth[b] - worth[a]);
  const rank = [];
  order.forEach((i, place) => {
    const before = order[place - 1];
    rank[i] = place > 0 && worth[before] - worth[i] < TIE ? rank[before] : place;
  });
  return order.sort((a, b) => rank[a] - rank[b] || a - b);
}

function bestUtility(rewards, weights) {
  return rewards.length ? Math.max(...utilities(rewards, weights)) : null;
}

// The two objectives in which the winners differ most near the corners of the simplex.
function telling(rewards) {
  const d = rewards[0].length;
  const corners = [...Array(d).keys()].map((i) => rewards[0].map((_, j) => (i === j ? 1 : 0.05)));
  const winners = corners.map((weights) => rewards[ranking(rewards, weights)[0]]);
  const spread = rewards[0].map((_, i) => {
    const values = winners.map((winner) => winner[i]);
    return Math.max(...values) - Math.min(...values);
  });
  const order = spread.map((_, i) => i).sort((a, b) => spread[b] - spread[a] || a - b);
  return [order[0], order[Math.min(1, d - 1)]].sort((a, b) => a - b);
}
