/**
 * Where a connection may be at a point of the program, as a set of bits: paths that meet are joined with `|`, and 0 is a
 * point that no path reaches.
 */
export type Status = number;

export const absent = 1;
/** Taken and not given back, on a path without a failure. */
export const held = 2;
/** The same, on a path where something has been rejected or thrown. */
export const heldAfterFailure = 4;
/** The same, on a path that needs a plain function to throw, or that we cannot follow: no leak is reported for it. */
export const perhapsHeld = 8;
export const released = 16;
/** Another owner has it: a caller, a field, a callback. */
export const handedOver = 32;

export const anyHeld = held | heldAfterFailure | perhapsHeld;
export const leaking = held | heldAfterFailure;

const move = (status: Status, from: number, to: number): Status => (status & from ? (status & ~from) | to : status);

export const taken = (status: Status): Status => (status === 0 ? 0 : held);
/** A second `connect()` of a query runner changes nothing. */
export const takenOnce = (status: Status): Status => move(status, absent, held);
export const givenBack = (status: Status): Status => move(status, anyHeld, released);
export const givenAway = (status: Status): Status => move(status, anyHeld, handedOver);
/** The same for what takes its connection later: its new owner is the one that gives it back. */
export const givenAwayEarly = (status: Status): Status => move(givenAway(status), absent, handedOver);
export const uncertain = (status: Status): Status => move(status, leaking, perhapsHeld);
export const failed = (status: Status): Status => move(status, held, heldAfterFailure);
/** Another value takes its variable: what was held may be held elsewhere, and the rest is of no concern any more. */
export const replaced = (status: Status): Status => move(uncertain(status), released | handedOver, absent);
