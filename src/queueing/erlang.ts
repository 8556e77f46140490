import { gammaUpper, logPoisson, upperFraction } from '../stats/gamma.ts';

/**
 * 1 / B(servers, load) of Erlang B continued to real `servers` >= 0; Infinity where B is below 1e-308.
 * B = (y^x e^-y / Gamma(x + 1)) / Q(x + 1, y), the chance of x busy over that of at most x: D. L. Jagerman, Some properties
 * of the Erlang loss function, Bell System Technical Journal 53 (1974). Equal to the recurrence at whole x, and quick at 10^6.
 */
export function inverseErlangB(servers: number, load: number): number {
  if (load <= 0) return servers > 0 ? Infinity : 1;
  if (load >= servers + 2) return load * upperFraction(servers + 1, load);
  return gammaUpper(servers + 1, load) / Math.exp(logPoisson(servers, load));
}

/** Erlang C at a real number of servers: the share that waits where every request may; 1 when the load is not below the servers. */
export function realErlangC(servers: number, load: number): number {
  if (load >= servers) return 1;
  const utilization = load / servers;
  return 1 / ((1 - utilization) * inverseErlangB(servers, load) + utilization);
}
