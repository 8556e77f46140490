/** Larger code is made by tools: its UTF-16 units. */
const largest = 2_000_000;

/** Deeper nesting, and more words and signs in one expression, end the process in some parsers; nobody writes them. */
const deepest = 500;
const longest = 3_000;

/** Why a text is not read as code, for what a tool has made of it; undefined where it can be. In linear time. */
export function whyNotCode(text: string): string | undefined {
  if (text.length > largest) return `it has more than ${largest / 1_000_000} million characters`;
  return mayBeTooDeep(text) && isTooDeep(text) ? 'its code is nested too deeply' : undefined;
}

/** Has that many brackets, or that many characters without an end of an item: nearly all code has neither. */
function mayBeTooDeep(text: string): boolean {
  return manyBrackets.test(text) || longRun.test(text);
}
const manyBrackets = new RegExp(`^(?:[^([{]*[([{]){${deepest + 1}}`);
const longRun = new RegExp(`(?:^|[;,])[^;,]{${longest + 1}}`);

/**
 * A word, a sign, or the space before a line. A whole line of comment goes with that space, where it holds nothing that could
 * make it code: the end of a text or of a comment around it, or an expression in a template or in JSX.
 */
const tokens = /\n\s*\/\/(?:(?!\*\/)[^\n\r\u2028\u2029`'"{<])*(?=[\n\r]|$)|[\w$]+|\n\s*|[^\w$\s]/g;

function isTooDeep(text: string): boolean {
  let depth = 0;
  let run = 0;
  let before = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === ';' || token === ',') run = 0;
    else if (token.startsWith('\n')) continue;
    else if (before !== '' && startsStatement(before, token)) run = 0;
    if ('([{'.includes(token)) depth += 1;
    else if (')]}'.includes(token)) depth = Math.max(0, depth - 1);
    run += 1;
    if (depth > deepest || run > longest) return true;
    before = token;
  }
  return false;
}

/** A word or a bracket behind a word or a closing bracket ends what was before, where no sign joins the two. */
function startsStatement(before: string, token: string): boolean {
  return (
    /[\w$)\]}'"`]$/.test(before) &&
    /^[\w$@]/.test(token) &&
    token !== 'else' &&
    before !== 'else' &&
    !/^(?:new|typeof|await|void|delete|yield)$/.test(before)
  );
}
