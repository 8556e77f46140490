import { eastAsianWidth } from 'get-east-asian-width';
import { cleanLine } from '../base/clean.ts';

const plain = /^[\x20-\x7e]*$/;
/** They ask for another drawing of the character before them, whose width terminals do not agree on. */
const variations = /\p{Variation_Selector}/gu;
const marks = /^[\p{Mn}\p{Me}]$/u;

/** How many cells of a terminal a clean text takes: two for most of Chinese, Japanese and Korean and for emoji, none for marks. */
export function cellWidth(text: string): number {
  if (plain.test(text)) return text.length;
  return [...text].reduce((sum, character) => sum + widthOf(character), 0);
}

/** A text from elsewhere as it can stand in cells: one line, without what a terminal would act on. */
export function cellText(text: string): string {
  return plain.test(text) && text.length < 1_000 ? text : cleanLine(text).replace(variations, '');
}

/** The text in at most so many cells; what is cut off ends in an ellipsis. */
export function cutCells(text: string, cells: number): string {
  if (cellWidth(text) <= cells) return text;
  if (cells < 1) return '';
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > cells - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function widthOf(character: string): number {
  return marks.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
}
