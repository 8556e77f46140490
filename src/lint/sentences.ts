import { cleanLine } from '../base/clean.ts';
import { redact } from '../base/redact.ts';
import type { Finding, Severity } from './finding.ts';

/** What a finding says beside its message, with the word that each part stands under. */
export function partsOf({
  place: own,
  origins,
  expected,
  consequence,
  fix,
}: Finding): (readonly [label: string, text: string])[] {
  const from = origins
    .filter(({ kind, place }) => kind !== 'literal' || place?.file !== own.file || place.line !== own.line)
    .map(({ text, place }) => (place ? `${text} (${place.file}:${place.line})` : text))
    .join(', from ');
  const parts = [
    ['from', from],
    ['expected', expected],
    ['leads to', consequence],
    ['fix', fix],
  ] as const;
  return parts.flatMap(([label, text]) => (text ? [[label, said(text)] as const] : []));
}

/** A text of a finding as it may be printed. */
export function said(text: string): string {
  return cleanLine(redact(text));
}

/** A finding in one line. */
export function inOneLine(finding: Finding): string {
  const parts = partsOf(finding).map(([label, text]) =>
    sentence(`${label.charAt(0).toUpperCase()}${label.slice(1)}: ${text}`),
  );
  return [sentence(said(finding.message)), ...parts].join(' ');
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

export const severityWords: Readonly<Record<Severity, string>> = { error: 'error', warn: 'warning', info: 'info' };
