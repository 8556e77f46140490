import { expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/render/markdown.ts';

it('no name in a headline or a title is markup', () => {
  const name = '<img src=x>';
  const text = renderMarkdown({
    headline: `Fits: ${name}.`,
    tables: [{ title: `Who takes ${name}`, head: ['', 'of'], rows: [['api', name]] }],
  });
  expect(text).toContain('### Who takes &lt;img src=x>');
  expect(text).not.toContain('<img');
});
