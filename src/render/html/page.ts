import { type TableView, type VerdictView, type View, verdictsOf } from '../view.ts';
import { embeddedJson, html, type Markup } from './markup.ts';
import { css } from './style.ts';

const marks = { yes: '✓', no: '✗', unknown: '?' } as const;

/**
 * One file that needs nothing else: no script, no font, no request. The policy lets in this very style sheet only, so
 * that text from elsewhere could do nothing even if it were not escaped.
 */
export async function renderPage(
  view: View,
  sections: readonly Markup[],
  { document, footer, style = '' }: { document: object; footer: string; style?: string },
): Promise<string> {
  const sheet = css + style;
  const { headline, warnings = [] } = view;
  const policy = `default-src 'none'; style-src 'sha256-${await hashOf(sheet)}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${headline}</title>
<style>${{ markup: sheet }}</style>
</head>
<body>
<main>
<h1>${headline}</h1>
${verdictsOf(view).map(verdictBlock)}
${warningList(warnings)}
${sections}
<p class="soft">${footer}</p>
</main>
<script type="application/json" id="poolctl">${embeddedJson(document)}</script>
</body>
</html>
`;
  return page.markup;
}

export function verdictBlock({ answer, text, details }: VerdictView): Markup {
  const lines = details.map((detail) => html`<p>${detail}</p>\n`);
  return html`<p class="verdict ${answer}">${marks[answer]} ${text}</p>\n${lines}`;
}

export function warningList(warnings: NonNullable<View['warnings']>, heading: 'h2' | 'h3' = 'h2'): Markup | undefined {
  if (warnings.length === 0) return undefined;
  const items = warnings.map(({ message, hint }) => html`<li><strong>${message}</strong> ${hint}</li>\n`);
  const title = heading === 'h2' ? html`<h2>Warnings</h2>` : html`<h3>Warnings</h3>`;
  return html`${title}\n<ul class="warnings">${items}</ul>`;
}

/** A heading and what is below it; nothing where there is nothing below. */
export function section(title: string, parts: readonly Markup[]): Markup {
  return parts.length === 0 ? html`` : html`<section>\n<h2>${title}</h2>\n${parts}</section>\n`;
}

/** A table as in the terminal. Wide ones scroll within themselves, so that the page does not. */
export function tableMarkup({ title, head, rows, rightAligned = [] }: TableView): Markup {
  const kind = (column: number) => (rightAligned.includes(column) ? 'n' : '');
  const heads =
    head &&
    html`<thead><tr>${head.map((cell, column) => html`<th scope="col" class="${kind(column)}">${cell}</th>`)}</tr></thead>`;
  const body = rows.map(([first = '', ...cells]) => {
    const rest = cells.map((cell, index) => html`<td class="${kind(index + 1)}">${cell}</td>`);
    return html`<tr><th scope="row" class="${kind(0)}">${first}</th>${rest}</tr>\n`;
  });
  return html`${title && html`<h3>${title}</h3>\n`}<div class="scroll" role="region" aria-label="${title || 'Figures'}" tabindex="0"><table>${heads}<tbody>${body}</tbody></table></div>\n`;
}

async function hashOf(text: string): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}
