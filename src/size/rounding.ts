import { tidy } from '../base/units.ts';

/** Rounds up to whole connections and two significant digits: 90 -> 90, 195 -> 200, 1234 -> 1300. */
export function roundUpConnections(connections: number): number {
  const whole = Math.ceil(tidy(connections));
  const step = twoDigitStep(whole);
  return Math.max(1, Math.ceil(whole / step) * step);
}

/** The largest number that roundUpConnections can answer and that is not above `connections`. */
export function roundDownConnections(connections: number): number {
  const whole = Math.floor(tidy(connections));
  const step = twoDigitStep(whole);
  return Math.floor(whole / step) * step;
}

function twoDigitStep(whole: number): number {
  return 10 ** Math.max(0, String(whole).length - 2);
}

/** The share of connectionLimit as a queue: to the nearest ten from 20 connections up, else to the nearest whole, at least 1. */
export function queueLimitFor(connectionLimit: number, queueRatio: number): number {
  const exact = tidy(connectionLimit * queueRatio);
  const rounded = connectionLimit >= 20 ? Math.round(tidy(exact / 10)) * 10 : Math.round(exact);
  return Math.max(1, rounded);
}
