import { parseCount, parseDurationMs, parseRatePerSecond, parseRatio } from '../base/units.ts';
import type { Slide } from './fields.ts';

/** Steps of a slider. */
export const slideSteps = 200;

/** The text that a place of the slider stands for, in two digits. */
export function textAtPlace({ from, to, unit, isWhole }: Slide, place: number): string {
  const value = Number((from * (to / from) ** (place / slideSteps)).toPrecision(2));
  return `${isWhole ? Math.round(value) : value}${unit}`;
}

/** The place of a text on the slider; undefined where it is none of its values. */
export function placeOfText(slide: Slide, text: string): number | undefined {
  const value = numberIn(slide, text);
  if (value === undefined) return undefined;
  const { from, to } = slide;
  const share = Math.log(Math.max(from, Math.min(to, value)) / from) / Math.log(to / from);
  return Math.round(share * slideSteps);
}

function numberIn({ unit, isWhole }: Slide, text: string): number | undefined {
  try {
    if (unit === 'ms') return parseDurationMs(text, '');
    if (unit === '%') return parseRatio(text, '') * 100;
    return isWhole ? parseCount(text, '') : parseRatePerSecond(text, '');
  } catch {
    return undefined;
  }
}
