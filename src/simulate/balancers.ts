import type { RandomStream } from '../traffic/random.ts';
import type { Balancer } from './model.ts';
import type { Pools } from './pools.ts';
import type { WaitingLine } from './waiting-line.ts';

/** Picks the pool of the next request among the active ones. */
export function poolPicker(balancer: Balancer, pools: Pools, line: WaitingLine, random: RandomStream): () => number {
  let turn = -1;
  const nextInTurn = () => {
    turn = turn + 1 < pools.active ? turn + 1 : 0;
    return turn;
  };
  switch (balancer) {
    case 'random':
      return () => random.below(pools.active);
    case 'round-robin':
      return nextInTurn;
    case 'least-busy':
      // Among equals the next in turn, so that a quiet fleet is used evenly.
      return () => {
        let best = nextInTurn();
        let fewest = pools.requestsOf(best, line);
        for (let step = 1, pool = best; step < pools.active && fewest > 0; step += 1) {
          pool = pool + 1 < pools.active ? pool + 1 : 0;
          const inPool = pools.requestsOf(pool, line);
          if (inPool < fewest) [best, fewest] = [pool, inPool];
        }
        return best;
      };
    default:
      return balancer satisfies never;
  }
}
