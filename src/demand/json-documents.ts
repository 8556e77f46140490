import { PoolctlError } from '../base/errors.ts';

/** JSON documents that stand one behind the other, with or without line ends: answers saved with `>>`. @throws PoolctlError INPUT_INVALID */
export function jsonDocumentsIn(text: string, file: string): unknown[] {
  const whole = parsed(text.replace(/^\uFEFF/, ''));
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole];
  const documents: unknown[] = [];
  for (const part of parts(text)) {
    const document = parsed(part);
    if (document === undefined) {
      throw new PoolctlError(
        'INPUT_INVALID',
        `${file}: document ${documents.length + 1} is no JSON; it may have been cut off.`,
        {
          hint: 'Save the answers as they come, one behind the other.',
        },
      );
    }
    documents.push(document);
  }
  return documents;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Cuts where the braces outside of strings are closed. */
function* parts(text: string): Generator<string> {
  let [depth, start, isText] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (isText) {
      if (letter === '\\') at += 1;
      else if (letter === '"') isText = false;
    } else if (letter === '"') isText = true;
    else if (letter === '{' || letter === '[') depth += 1;
    else if (letter === '}' || letter === ']') {
      depth -= 1;
      if (depth > 0) continue;
      yield text.slice(start, at + 1);
      start = at + 1;
    }
  }
  if (text.slice(start).trim() !== '') yield text.slice(start);
}
