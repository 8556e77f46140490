import { describe, expect, it } from 'vitest';
import { placeFinder } from '../../../src/declarations/code/lines.ts';
import type { Finding, Severity } from '../../../src/lint/finding.ts';
import type { FormatInput } from '../../../src/views/lint/format.ts';
import { lintFormats } from '../../../src/views/lint/index.ts';

const text = "const ü = '😀';\n\tpool.connect();\n";
const hostile = 'a <b> & "c" ]]> \u001b[31m\u202e %0A | `x` ::error::\r\nnext';

function findingAt(piece: string, more: Partial<Finding> = {}): Finding {
  const start = text.indexOf(piece);
  const place = placeFinder('src/a b,%.ts', text)({ start, end: start + piece.length });
  return {
    ...{ rule: 'leak-no-finally', severity: 'error', confidence: 'high', place, message: hostile, fix: 'Do it.' },
    ...{ origins: [], related: [{ place, message: hostile }], fingerprint: piece },
    ...more,
  };
}

async function render(name: keyof typeof lintFormats, findings: readonly Finding[]): Promise<string> {
  const input: FormatInput = {
    ...{ findings, filesRead: 3, suppressed: 0, stale: [], notes: [], budgets: [], fixed: 0, isExplained: false },
    ...{ pages: new Map(), color: false, columns: 80, textOf: () => text, pathOf: (file) => file },
  };
  return (await lintFormats[name]())(input);
}

const many = (count: number, severity: Severity) =>
  Array.from({ length: count }, (_, index) => findingAt('pool', { severity, message: `${index}.` }));

describe.each(Object.keys(lintFormats) as (keyof typeof lintFormats)[])('the format %s', (name) => {
  it('lets no text of a file act on a terminal or end a line', async () => {
    const out = await render(name, [findingAt('pool')]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none
    expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e]/);
    expect(out).not.toMatch(/^next/m);
  });

  it('ends with a line end, and says something of nothing', async () => {
    expect(await render(name, [])).toMatch(name === 'agent' ? /^$/ : /\n$/);
  });
});

describe('json', () => {
  it('has the findings by a schema with a version, and a summary', async () => {
    const { schema, result } = JSON.parse(await render('json', [findingAt('pool.connect()')]));
    expect(schema).toBe('poolctl.lint/1');
    expect(result.summary).toEqual({ errors: 1, warnings: 0, remarks: 0, files: 3, suppressed: 0, fixed: 0 });
    expect(result.findings[0]).toMatchObject({
      ...{ rule: 'leak-no-finally', severity: 'error', confidence: 'high', fixable: false, message: hostile },
      place: { file: 'src/a b,%.ts', line: 2, column: 2, endLine: 2, endColumn: 16 },
    });
  });
});

describe('SARIF', () => {
  /** What the schema of 2.1.0 demands of the parts that are written, by its definitions. */
  function check(log: ReturnType<typeof JSON.parse>): void {
    expect(Object.keys(log).sort()).toEqual(['$schema', 'runs', 'version']);
    expect(log.version).toBe('2.1.0');
    for (const run of log.runs) {
      const { driver } = run.tool;
      expect(['utf16CodeUnits', 'unicodeCodePoints']).toContain(run.columnKind);
      expect(typeof driver.name).toBe('string');
      const ids = driver.rules.map(({ id }: { id: string }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const rule of driver.rules) {
        for (const key of ['shortDescription', 'fullDescription', 'help']) expect(rule[key].text).not.toBe('');
      }
      for (const invocation of run.invocations) expect(typeof invocation.executionSuccessful).toBe('boolean');
      for (const result of run.results) {
        expect(['none', 'note', 'warning', 'error']).toContain(result.level);
        expect(ids[result.ruleIndex]).toBe(result.ruleId);
        expect(result.message.text).not.toBe('');
        expect(result.locations.length).toBe(1);
        for (const { physicalLocation } of [...result.locations, ...(result.relatedLocations ?? [])]) {
          const { startLine, startColumn, endLine, endColumn } = physicalLocation.region;
          for (const number of [startLine, startColumn, endLine, endColumn]) expect(number).toBeGreaterThanOrEqual(1);
          // A URI reference, relative, so that GitHub finds the file.
          expect(physicalLocation.artifactLocation.uri).toMatch(
            /^(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-F]{2})+(?:\/(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-F]{2})+)*$/,
          );
        }
        for (const value of Object.values(result.partialFingerprints)) expect(typeof value).toBe('string');
      }
    }
  }

  it('is as its schema demands', async () => {
    const log = JSON.parse(
      await render('sarif', [findingAt('pool.connect()'), findingAt('ü', { severity: 'info', related: [] })]),
    );
    check(log);
    expect(log.runs[0].results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'src/a%20b%2C%25.ts', uriBaseId: '%SRCROOT%' },
      region: { startLine: 2, startColumn: 2, endLine: 2, endColumn: 16 },
    });
  });

  it('keeps the 5,000 worst results, which is what GitHub takes, and says how many are left out', async () => {
    const log = JSON.parse(await render('sarif', [...many(4_000, 'info'), ...many(2_000, 'error')]));
    const { results, invocations } = log.runs[0];
    expect(results.length).toBe(5_000);
    expect(results.filter(({ level }: { level: string }) => level === 'error').length).toBe(2_000);
    expect(invocations[0].toolExecutionNotifications[0].message.text).toBe(
      '1000 findings left out: GitHub takes 5000.',
    );
  });
});

describe('GitHub annotations', () => {
  it('escape what is a sign of their own', async () => {
    const [line] = (await render('github', [findingAt('pool.connect()')])).split('\n');
    expect(line).toMatch(
      /^::error file=src\/a b%2C%25\.ts,line=2,endLine=2,col=2,endColumn=16,title=poolctl leak-no-finally::a <b> /,
    );
    expect(line).toContain('%250A');
  });

  it('are 10 of each level, then a line says how many there are more', async () => {
    const out = await render('github', [...many(25, 'error'), ...many(3, 'warn')]);
    expect(out.match(/^::error /gm)?.length).toBe(10);
    expect(out.match(/^::warning /gm)?.length).toBe(3);
    expect(out).toContain('\n15 more errors without an annotation: GitHub shows 10 a level.\n');
    expect(out).toContain('\n25 errors, 3 warnings in 3 files\n');
  });
});

describe('GitLab code quality', () => {
  it('has what GitLab requires, with a fingerprint of its own for each', async () => {
    const issues = JSON.parse(await render('gitlab', [findingAt('pool'), findingAt('pool'), findingAt('ü')]));
    expect(new Set(issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(3);
    expect(issues[0]).toMatchObject({
      ...{ check_name: 'leak-no-finally', severity: 'major' },
      location: { path: 'src/a b,%.ts', lines: { begin: 2, end: 2 } },
    });
  });
});

describe.each(['junit', 'checkstyle'] as const)('the XML of %s', (name) => {
  it('is well formed, with every text escaped', async () => {
    const xml = await render(name, [findingAt('pool'), findingAt('ü')]);
    const open: string[] = [];
    const [head, ...rest] = xml.split('\n');
    expect(head).toBe('<?xml version="1.0" encoding="UTF-8"?>');
    for (const [, end, tag = '', closed] of rest
      .join('\n')
      .matchAll(/<(\/)?([a-z]+)(?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*(\/)?>/g)) {
      if (end) expect(open.pop()).toBe(tag);
      else if (!closed) open.push(tag);
    }
    expect(open).toEqual([]);
    const texts = rest.join('\n').replace(/<[^<>]*>/g, '');
    expect(texts).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;)/);
  });
});

describe('rdjson', () => {
  it('counts columns in bytes', async () => {
    const { diagnostics } = JSON.parse(await render('rdjson', [findingAt("'😀'")]));
    expect(diagnostics[0]).toMatchObject({
      ...{ severity: 'ERROR', code: { value: 'leak-no-finally' } },
      location: { path: 'src/a b,%.ts', range: { start: { line: 1, column: 12 }, end: { line: 1, column: 18 } } },
    });
  });
});

describe('pretty', () => {
  it('keeps carets under the code behind a tab, and fits 40 columns', async () => {
    const lines = (await render('pretty', [findingAt('connect', { message: 'Short.', related: [] })])).split('\n');
    const at = lines.findIndex((line) => line.includes('│  pool.connect();'));
    expect(lines[at]?.indexOf('connect')).toBe(lines[at + 1]?.indexOf('^'));
    expect(lines[at + 1]).toMatch(/\^{7}$/);
  });
});
