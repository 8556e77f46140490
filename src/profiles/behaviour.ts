import * as v from 'valibot';
import { text } from '../documents/yaml-fields.ts';

/** How it was found out: by a run, by reading the source, or from documentation. */
const verified = v.picklist(['experiment', 'source', 'docs']);
const evidence = { text: v.optional(text), source: text, verified };

/** A number of round trips or statements; where it differs with the engine, one for each. */
const roundTrips = v.union([
  v.pipe(v.number(), v.minValue(0)),
  v.strictObject({ postgres: v.optional(v.number()), mysql: v.optional(v.number()), mariadb: v.optional(v.number()) }),
]);

/** Which idle connection the next request gets; `in-order`: the first that is idle in a list that stays the same. */
const lends = v.strictObject({
  order: v.picklist(['last-in-first-out', 'first-in-first-out', 'in-turn', 'in-order']),
  /** A request may be put behind one that runs on a busy connection; it stays there, also when others are idle later. */
  sharesBusy: v.optional(v.boolean()),
  /** Which busy one; without it, the next in turn. */
  busyOrder: v.optional(v.picklist(['fewest-requests', 'in-turn'])),
  ...evidence,
});

/** When connections are opened, and how many logins are under way at once. */
const opens = v.strictObject({
  /** `as-needed`: a request that finds none idle opens one. `first-query`: that one opens all. `start`: before any. */
  when: v.picklist(['as-needed', 'first-query', 'start']),
  atOnce: v.picklist(['all', 'one']),
  /** It opens connections up to its minimum again without a request. */
  refills: v.optional(v.boolean()),
  /** Round trips from the first packet (TCP included) until a query can be sent, without TLS. */
  loginRoundTrips: v.optional(roundTrips),
  /** The pause after each login, where one is made at a time; left out for none. */
  pauseMs: v.optional(v.number()),
  /** The longest pause that it makes between two attempts after failed ones, though requests wait; left out for none. */
  retryPauseMs: v.optional(v.number()),
  /** The least of that pause, where its length is random; left out where it is not. */
  retryPauseLeastMs: v.optional(v.number()),
  ...evidence,
});

/** What stays open long after a burst, when requests come one at a time. */
const idles = v.strictObject({
  /** `used`: what the load needs and the minimum. `all`: as many as the burst opened. `none`: not even a minimum. */
  keeps: v.picklist(['used', 'all', 'none']),
  /** `all` because nothing closes idle connections by default; with the idle timeout set it keeps this. */
  withIdleTimeout: v.optional(v.picklist(['used', 'all', 'none'])),
  /** `all`, but no more idle ones than the option says, and by default `usual`: others are closed when they are given back. */
  mostIdle: v.optional(v.strictObject({ option: text, usual: v.number() })),
  ...evidence,
});

/** What closing the pool does to connections in use and to requests that wait. */
const ends = v.strictObject({
  /** `waits`: until they are given back. `closes`: at once. `waits-then-closes`: after `forMs`. */
  held: v.picklist(['waits', 'closes', 'waits-then-closes']),
  forMs: v.optional(v.number()),
  waiting: v.picklist(['serves', 'refuses', 'never-answers']),
  ...evidence,
});

/** Round trips of one checkout beside the query itself, while the connection is held, with the default settings. */
const checkout = v.strictObject({
  roundTrips,
  /** Those of a transaction of the library's own call (BEGIN and COMMIT), where it is not the two that it takes. */
  transactionRoundTrips: v.optional(roundTrips),
  ...evidence,
});

/** A way in which more sessions are open on the server than the limit says. */
const exceeds = v.strictObject({
  by: v.picklist(['timed-out-query', 'cancel', 'overflow', 'minimum', 'forgotten', 'own-connection']),
  /** The engines that it is true of, where not of all; a way may stand once for each. */
  engines: v.optional(v.array(v.picklist(['postgres', 'mysql', 'mariadb']))),
  /** The option that does it, where it must be set. */
  option: v.optional(text),
  /** The option of the server or driver that prevents it. */
  prevented: v.optional(text),
  /** The most on top of the limit: a number, or as many again, or without a bound. */
  most: v.union([v.number(), v.picklist(['limit', 'unbounded'])]),
  ...evidence,
});

/** What a driver does that no option of it tells. */
export const driverBehaviour = v.strictObject({
  lends: v.optional(lends),
  opens: v.optional(opens),
  idles: v.optional(idles),
  ends: v.optional(ends),
  checkout: v.optional(checkout),
  exceeds: v.optional(v.array(exceeds)),
});

export type DriverBehaviour = v.InferOutput<typeof driverBehaviour>;
