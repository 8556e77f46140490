import { formatNumber } from '../base/units.ts';

/** `9.5 s`, `12 s`, `6 min`: as exact as an age has to be. */
export function ageText(seconds: number): string {
  const age = Math.max(0, seconds);
  if (age < 10 && !Number.isInteger(age)) return `${formatNumber(Math.round(age * 10) / 10)} s`;
  if (age < 120) return `${Math.round(age)} s`;
  if (age < 7_200) return `${Math.round(age / 60)} min`;
  if (age < 172_800) return `${Math.round(age / 3_600)} h`;
  return `${formatNumber(Math.round(age / 86_400))} d`;
}
