import { jsonText } from '../../base/clean.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import { inOneLine, said } from '../../lint/sentences.ts';
import type { LintFormat } from './format.ts';

const severities = { error: 'ERROR', warn: 'WARNING', info: 'INFO' } as const;

/** Reviewdog's diagnostics, with safe fixes as suggestions: github.com/reviewdog/reviewdog, proto/rdf. Columns count bytes. */
export const rdjson: LintFormat = ({ findings, textOf }) => {
  const locationOf = (place: SourceSpan) => ({ path: place.file, range: rangeOf(place, textOf(place.file)) });
  const diagnostics = findings.map((finding) => ({
    message: inOneLine(finding),
    location: locationOf(finding.place),
    severity: severities[finding.severity],
    code: { value: finding.rule },
    ...(finding.related.length > 0 && {
      relatedLocations: finding.related.map(({ place, message }) => ({
        message: said(message),
        location: locationOf(place),
      })),
    }),
  }));
  return `${jsonText({ source: { name: 'poolctl' }, diagnostics }, 2)}\n`;
};

function rangeOf({ line, column, endLine, endColumn }: SourceSpan, text = '') {
  const lines = text.split(/\r\n|\n|\r/, endLine);
  const bytes = (of: number, units: number) => Buffer.byteLength((lines[of - 1] ?? '').slice(0, units - 1)) + 1;
  return {
    start: { line, column: bytes(line, column) },
    end: { line: endLine, column: bytes(endLine, endColumn) },
  };
}
