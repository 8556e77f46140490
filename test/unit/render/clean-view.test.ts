import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanLines, cleanText, jsonText } from '../../../src/base/clean.ts';
import { cleanView } from '../../../src/render/clean-view.ts';
import { html } from '../../../src/render/html/markup.ts';
import { renderMarkdown } from '../../../src/render/markdown.ts';
import { renderTerminal } from '../../../src/render/terminal.ts';
import type { View } from '../../../src/render/view.ts';

/** What a terminal acts on or does not show. */
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** Text with more of the characters that matter than chance would bring. */
const foreign = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001b[2J',
        '\u001b]0;title\u0007',
        '\r',
        '\n',
        '\t',
        '\u009b31m',
        '\u202e',
        '\u2066',
        '\ud800',
        '\u0000',
        '<b>',
        '|',
      ),
    ),
  )
  .map((parts) => parts.join(''));

/** A view that says it everywhere. */
function viewOf(text: string): View {
  return {
    headline: text,
    verdict: { answer: 'yes', text, details: [text] },
    tables: [{ title: text, head: [text, text], rows: [[text, text]] }],
    charts: [{ title: text, values: [1], highest: text, from: text, to: text }],
    steps: [{ title: text, inputs: [[text, text, text]], result: text, source: text }],
    warnings: [{ code: 'NOT_ENCRYPTED', message: text, hint: text }],
    snippets: [{ title: text, language: 'js', text }],
    verbatim: text,
  };
}

describe('whatever a server says', () => {
  it('reaches a terminal or a page of Markdown without a character that is acted on', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const view = cleanView(viewOf(text));
        expect(renderTerminal(view, { color: false }).replaceAll('\t', ' ')).not.toMatch(unseen);
        expect(renderMarkdown(view).replaceAll('\t', ' ')).not.toMatch(unseen);
      }),
    );
  });

  it('is on one line where one line is meant', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        expect(cleanLine(text)).not.toMatch(/[\n\r\u2028\u2029]/);
      }),
    );
  });

  it('cannot leave its place in HTML', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const { markup } = html`<b title="${text}">${text}</b>`;
        expect(markup.replaceAll('\t', ' ')).not.toMatch(unseen);
        expect(markup.match(/[<>"]/g)).toEqual(['<', '"', '"', '>', '<', '>']);
      }),
    );
  });

  it('is the same in JSON, and valid', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const written = jsonText({ text });
        expect(written).not.toMatch(unseen);
        expect(JSON.parse(written)).toEqual({ text });
      }),
    );
  });

  it('is cleaned once: what is clean stays as it is', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        for (const clean of [cleanLine, cleanText, cleanLines]) expect(clean(clean(text))).toBe(clean(text));
      }),
    );
  });

  it('is shortened, with an ellipsis, however long it is', () => {
    const long = 'x'.repeat(5_000_000);
    expect(cleanLine(long)).toMatch(/^x{1999}…$/);
    expect(cleanText(long)).toHaveLength(200_000);
    expect(JSON.parse(jsonText({ long })).long).toHaveLength(200_000);
  });

  it.each([
    ['\u001b[31mred', '\\x1b[31mred'],
    ['a\u202eb', 'a\\u{202e}b'],
    ['two\nlines', 'two\\nlines'],
    ['Grüße, 世界 ✓ ⚠️', 'Grüße, 世界 ✓ ⚠️'],
  ])('%j is shown as %j', (text, shown) => {
    expect(cleanLine(text)).toBe(shown);
  });

  it('is a thousand rows of a table at most, which says how many more there are', () => {
    const rows = Array.from({ length: 1_500 }, (_, row) => [`row ${row}`]);
    const [table] = cleanView({ headline: '', tables: [{ title: '', rows }] }).tables;
    expect(table?.rows).toHaveLength(1_001);
    expect(table?.rows.at(-1)).toEqual(['… and 500 rows more']);
  });

  it('leaves the codes of a line that renews itself at its ends, and nowhere else', () => {
    expect(cleanLines('\rstep\u001b[2J 50 %\u001b[K')).toBe('\rstep\\x1b[2J 50 %\u001b[K');
    expect(cleanLines('\r\u001b[KGo on?\n[y/N] ')).toBe('\r\u001b[KGo on?\n[y/N] ');
  });
});
