/** From values to places between 0 and 1, with the values that are worth a line. */
export interface Scale {
  place(value: number): number;
  readonly ticks: readonly number[];
}

const mostTicks = 6;
const mostLogTicks = 8;

/** From 0 (or from the lowest) to the next round step above the highest. */
export function linearScale(values: readonly number[], { fromZero = true } = {}): Scale {
  const known = values.filter(Number.isFinite);
  const low = fromZero || known.length === 0 ? 0 : Math.min(...known);
  const high = Math.max(...known, low);
  const step = roundStep((high - low || 1) / (mostTicks - 1));
  const top = fromZero ? Math.ceil(high / step - 1e-9) * step || step : high;
  const first = Math.ceil(low / step) * step;
  const ticks = Array.from({ length: Math.floor((top - first) / step + 1e-9) + 1 }, (_, index) => first + index * step);
  return { place: (value) => (value - low) / (top - low || 1), ticks };
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}

/** What is 0, or more than `decades` below the highest, lies on the lower edge. */
export function logScale(values: readonly number[], { decades = 4 } = {}): Scale {
  const high = Math.max(...values.filter(Number.isFinite), Number.MIN_VALUE);
  const low = Math.max(Math.min(...values.filter((value) => value > 0), high), high / 10 ** decades);
  const span = Math.log(high / low) || 1;
  const all = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    for (const factor of [1, 2, 5]) all.push(factor * 10 ** power);
  }
  const inside = all.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
  const powers = inside.filter((tick) => Math.abs(Math.log10(tick) % 1) < 1e-9);
  return {
    place: (value) => Math.log(Math.max(value, low) / low) / span,
    ticks: inside.length > mostLogTicks && powers.length > 1 ? powers : inside,
  };
}

/** A logarithmic scale with ticks at the values themselves, as far as there is room between them. */
export function sizeScale(sizes: readonly number[]): Scale {
  const low = Math.min(...sizes);
  const span = Math.log(Math.max(...sizes) / low) || 1;
  const place = (size: number) => Math.log(size / low) / span;
  const ticks: number[] = [];
  for (const size of sizes)
    if (ticks.length === 0 || place(size) - place(ticks.at(-1) ?? size) > 0.055) ticks.push(size);
  return { place: sizes.length === 1 ? () => 0.5 : place, ticks };
}

/** Shares from 0 to `highest`, stretched towards 1: every nine is as wide as the one before. */
export function percentileScale(highest: number): Scale {
  const nines = (ratio: number) => -Math.log10(1 - Math.min(ratio, highest));
  const ticks = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999].filter((ratio) => ratio <= highest);
  return { place: (ratio) => nines(ratio) / nines(highest), ticks };
}
