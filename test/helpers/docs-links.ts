import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { codeBlock, type Page } from './readme.ts';
import { root } from './run.ts';

interface Link {
  /** As it is written. */
  readonly to: string;
  /** From the root of the project. */
  readonly file: string;
  readonly anchor: string | undefined;
}

/** The links of a page to other parts of the project. */
export function linksOf({ name, text }: Page): Link[] {
  return [...text.replace(codeBlock, '').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to = '']) => to)
    .filter((to) => !/^\w+:/.test(to))
    .map((to) => {
      const [path = '', anchor] = to.split('#');
      return { to, file: path === '' ? name : normalize(join(dirname(name), path)), anchor };
    });
}

/** Links of a page to a file or an anchor that is not there. */
export function brokenLinks(page: Page, pages: readonly Page[]): string[] {
  return linksOf(page)
    .filter(({ file, anchor }) => {
      if (anchor === undefined) return !existsSync(`${root}${file}`);
      return !anchorsOf(pages.find(({ name }) => name === file)?.text ?? '').includes(anchor);
    })
    .map(({ to }) => to);
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(text: string): string[] {
  return [...text.replace(codeBlock, '').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
