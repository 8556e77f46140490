import type { EngineId } from '../base/engine.ts';

/**
 * What a driver does that no option of it tells, for one engine: plain data, as `behaviourOf` makes it of a profile. What is
 * left out is not known, and not counted. Each fact has the place that it is read from, or the run that showed it: `source`.
 */
export interface DriverFacts {
  /** Which idle connection the next request gets; `in-order`: the first that is idle in a list that stays the same. */
  readonly lends?: {
    readonly order: 'last-in-first-out' | 'first-in-first-out' | 'in-turn' | 'in-order';
    /** A request may be put behind one that runs on a busy connection; it stays there, also when others are idle later. */
    readonly sharesBusy?: boolean;
    /** Which busy one; the next in turn by default. */
    readonly busyOrder?: 'fewest-requests' | 'in-turn';
    readonly source?: string;
  };
  readonly opens?: {
    /** `as-needed`: a request that finds none idle opens one. `first-query`: that one opens all. `start`: before any. */
    readonly when: 'as-needed' | 'first-query' | 'start';
    /** How many logins are under way together. */
    readonly atOnce: 'all' | 'one';
    /** It opens connections up to its minimum again without a request. */
    readonly refills?: boolean;
    /** Round trips from the first packet, that of TCP included, until a query can be sent, without TLS. */
    readonly loginRoundTrips?: number;
    /** The pause after each login, in ms, where one is made at a time; none by default. */
    readonly pauseMs?: number;
    /** The longest pause between two attempts after failed ones, in ms, though requests wait; none by default. */
    readonly retryPauseMs?: number;
    /** The least that such a pause comes to, in ms, where its length is random, evenly from this to `retryPauseMs`. */
    readonly retryPauseLeastMs?: number;
    readonly source?: string;
  };
  /** What stays open long after a burst: what the load needs and the minimum, as many as it opened, or not even a minimum. */
  readonly idles?: {
    readonly keeps: 'used' | 'all' | 'none';
    /** What it keeps instead where an idle timeout is set. */
    readonly withIdleTimeout?: 'used' | 'all' | 'none';
    /** Of `all`: the most idle ones, beside those in use; no bound by default. */
    readonly mostIdle?: number;
    readonly source?: string;
  };
  readonly ends?: {
    /** Connections in use when the pool is closed: waited for, closed at once, or closed after `forMs`. */
    readonly held: 'waits' | 'closes' | 'waits-then-closes';
    readonly forMs?: number;
    /** Requests that wait for a connection then. */
    readonly waiting: 'serves' | 'refuses' | 'never-answers';
    readonly source?: string;
  };
  readonly checkout?: {
    /** Round trips beside the query while a connection is held, 0 or more. */
    readonly roundTrips: number;
    /** Those of a transaction of the library's own call, where they are not the two of BEGIN and COMMIT. */
    readonly transactionRoundTrips?: number;
    readonly source?: string;
  };
  readonly exceeds?: readonly DriverExcess[];
}

/** A way in which more sessions are open on the server than the limit says. */
export interface DriverExcess {
  readonly by: 'timed-out-query' | 'cancel' | 'overflow' | 'minimum' | 'forgotten' | 'own-connection';
  /** The option that does it, where one must be set. */
  readonly option?: string;
  /** The option of the server or the driver that prevents it. */
  readonly prevented?: string;
  /** The most sessions on top of the limit: a number, as many again, or without a bound. */
  readonly most: number | 'limit' | 'unbounded';
  readonly source?: string;
}

/** A driver, its minimum, and which of its options are in effect. */
export interface DriverUse extends DriverFacts {
  /** How to call it in the answer: `pg`. */
  readonly name: string;
  /** The server's engine that the numbers are for. */
  readonly engine?: EngineId;
  /** Connections that it keeps without a load: a number, or as many as its limit; 0 by default. */
  readonly minIdle?: number | 'limit';
  /** Whether it closes idle connections after a time that was set, where it would not by default. */
  readonly setsIdleTimeout?: boolean;
  /**
   * Names of options in effect, among those that `exceeds` names as what does it or prevents it. Left out where that is not
   * known: then nothing is prevented, and a query timeout is taken for one of the client, which leaves queries running.
   */
  readonly optionsSet?: readonly string[];
  /** What a login takes beside its round trips, in ms: work of server and client; 0 by default. */
  readonly serverLoginMs?: number;
  /** What each further login adds where several are under way, in ms: they share processors; 0 by default. */
  readonly furtherLoginMs?: number;
  /** Where these two come from. */
  readonly loginSource?: string;
  /** How long a query runs while the database is slow, in ms: what a time-out of the client leaves running. */
  readonly slowQueryMs?: number;
}
