import { jsonText } from '../../base/clean.ts';
import { formatCount } from '../../base/units.ts';
import { packageVersion } from '../../base/version.ts';
import type { SourceSpan } from '../../declarations/source-span.ts';
import type { Finding } from '../../lint/finding.ts';
import { fingerprintOf } from '../../lint/report.ts';
import { inOneLine, said } from '../../lint/sentences.ts';
import type { RulePage } from '../../profiles/rule-page.ts';
import type { FormatInput, LintFormat } from './format.ts';

const levels = { error: 'error', warn: 'warning', info: 'note' } as const;

/** GitHub takes no more results of a run; there is one run. */
const mostResults = 5_000;

/** SARIF 2.1.0 within GitHub's limits. Where findings are cut, the worst are kept, and a notification says it. */
export const sarif: LintFormat = (input) => {
  const { pages } = input;
  const findings = kept(input.findings);
  const cut = input.findings.length - findings.length;
  const ids = [...new Set(findings.map(({ rule }) => rule))].sort();
  const run = {
    tool: {
      driver: {
        name: 'poolctl',
        semanticVersion: packageVersion(),
        rules: ids.map((id) => ruleOut(id, pages.get(id))),
      },
    },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: true,
        ...(cut > 0 && {
          toolExecutionNotifications: [
            {
              level: 'warning',
              message: { text: `${formatCount(cut, 'finding')} left out: GitHub takes ${mostResults}.` },
            },
          ],
        }),
      },
    ],
    results: resultsOf(findings, ids),
  };
  const $schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  return `${jsonText({ $schema, version: '2.1.0', runs: [run] }, 2)}\n`;
};

function kept(findings: FormatInput['findings']): readonly Finding[] {
  if (findings.length <= mostResults) return findings;
  return (['error', 'warn', 'info'] as const)
    .flatMap((severity) => findings.filter((finding) => finding.severity === severity))
    .slice(0, mostResults);
}

function resultsOf(findings: readonly Finding[], ids: readonly string[]) {
  return findings.map((finding) => ({
    ruleId: finding.rule,
    ruleIndex: ids.indexOf(finding.rule),
    level: levels[finding.severity],
    message: { text: inOneLine(finding) },
    locations: [locationOf(finding.place)],
    ...(finding.related.length > 0 && {
      relatedLocations: finding.related.map(({ place, message }, id) => ({
        id,
        ...locationOf(place),
        message: { text: said(message) },
      })),
    }),
    partialFingerprints: { 'poolctl/v1': fingerprintOf(finding) },
    properties: { confidence: finding.confidence },
  }));
}

function locationOf({ file, line, column, endLine, endColumn }: SourceSpan) {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return { physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region } };
}

function ruleOut(id: string, page: RulePage | undefined) {
  const help = `${page?.problem ?? ''}\n\n\`poolctl explain ${id}\` says more.`.trim();
  return {
    id,
    shortDescription: { text: page?.title ?? id },
    fullDescription: { text: page?.problem ?? id },
    help: { text: help, markdown: help },
    properties: { tags: ['connection pool'], precision: 'high' },
  };
}
