/**
 * Erlang B: the share of requests refused by `servers` servers without a queue, offered `load` erlangs.
 * By the recurrence B(k) = a B(k-1) / (k + a B(k-1)), which cannot overflow; the factorial form does from about 170 servers.
 * Source: Erlang (1917); recurrence e.g. in Cooper, Introduction to Queueing Theory (1981), section 3.3.
 */
export function erlangB(servers: number, load: number): number {
  let blocked = 1;
  for (let k = 1; k <= servers; k += 1) blocked = (load * blocked) / (k + load * blocked);
  return blocked;
}

/**
 * Erlang C: the share of requests that find all `servers` servers busy and wait, with Poisson arrivals, exponential hold
 * times and an unlimited queue. 1 when the load is not below the number of servers.
 * Source: Erlang (1917); Cooper (1981), section 3.6.
 */
export function erlangC(servers: number, load: number): number {
  if (load >= servers) return 1;
  const blocked = erlangB(servers, load);
  return (servers * blocked) / (servers - load * (1 - blocked));
}

/** The largest load, in erlangs, of which at most `share` waits for one of `servers` servers. */
export function loadAtWaitProbability(servers: number, share: number): number {
  let [low, high] = [0, servers];
  for (let round = 0; round < 50; round += 1) {
    const middle = (low + high) / 2;
    if (erlangC(servers, middle) <= share) low = middle;
    else high = middle;
  }
  return low;
}

/** The fewest servers at which at most `share` of the requests wait. */
export function serversForWaitProbability(load: number, share: number): number {
  let high = Math.floor(load) + 1;
  while (erlangC(high, load) > share) high *= 2;
  let low = Math.floor(load);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (erlangC(middle, load) <= share) high = middle;
    else low = middle;
  }
  return high;
}
