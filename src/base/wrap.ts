/** Breaks text into lines of at most `width` characters, between words; a longer word stands on a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** The same for paragraphs with empty lines between them; a line end within one counts as a space. */
export function wrapParagraphs(text: string, width: number): string {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => wrap(paragraph.replaceAll('\n', ' '), width).join('\n'))
    .join('\n\n');
}
