import { PoolctlError } from '../../base/errors.ts';

/** A line `key = value`, as .env, .properties and .ini files have it. */
const assignment = /^(\s*(?:export\s+)?([\w.$-]+)\s*[=:]\s*)(.*?)(\s*)$/;
const section = /^\s*\[([^\]]+)\]\s*$/;

interface Setting {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/**
 * Puts the settings of a snippet into a file of `key = value` lines: a key that is there gets the new value in its line,
 * others are added at the end of their section. All other lines stay as they are. `sections` are those that the snippet
 * may change; undefined for a file that has none.
 */
export function mergeLines(existing: string, snippet: string, file: string, sections?: readonly string[]): string {
  const lines = existing.split('\n');
  const missing: Setting[] = [];
  for (const setting of settingsIn(snippet).filter((found) => !sections || sections.includes(found.section))) {
    const places = placesOf(lines, setting);
    if (places.length > 1) {
      throw new PoolctlError('INPUT_CONTRADICTION', `${file} sets ${setting.key} ${places.length} times.`, {
        hint: 'Leave one of them; poolctl cannot know which one counts.',
      });
    }
    const [place] = places;
    if (place === undefined) missing.push(setting);
    else lines[place] = (lines[place] ?? '').replace(assignment, (_line, before: string) => before + setting.value);
  }
  for (const name of new Set(missing.map((setting) => setting.section))) {
    const added = missing
      .filter((setting) => setting.section === name)
      .map(({ key, value }) => `${key}${equals(lines)}${value}`);
    insert(lines, name, added);
  }
  return lines.join('\n');
}

function settingsIn(text: string): Setting[] {
  let current = '';
  return text.split('\n').flatMap((line) => {
    const header = section.exec(line)?.[1];
    if (header !== undefined) current = header;
    const [, , key, value] = isComment(line) ? [] : (assignment.exec(line) ?? []);
    return key === undefined ? [] : [{ section: current, key, value: value ?? '' }];
  });
}

function placesOf(lines: readonly string[], wanted: Setting): number[] {
  let current = '';
  return [...lines.entries()].flatMap(([index, line]) => {
    current = section.exec(line)?.[1] ?? current;
    const key = isComment(line) ? undefined : assignment.exec(line)?.[2];
    return key === wanted.key && current === wanted.section ? [index] : [];
  });
}

function isComment(line: string): boolean {
  return /^\s*[#;!]/.test(line);
}

/** The equals sign with the spacing that the file itself has. */
function equals(lines: readonly string[]): string {
  return lines.some((line) => !isComment(line) && /^\s*[\w.$-]+ = /.test(line)) ? ' = ' : '=';
}

/** At the end of the section, before the empty lines that part it from the next. */
function insert(lines: string[], name: string, added: readonly string[]): void {
  const start = name === '' ? -1 : lines.findIndex((line) => section.exec(line)?.[1] === name);
  if (name !== '' && start < 0) {
    while (lines.at(-1) === '') lines.pop();
    lines.push('', `[${name}]`, ...added, '');
    return;
  }
  const next = lines.findIndex((line, index) => index > start && section.test(line));
  let end = next < 0 ? lines.length : next;
  while (end > start + 1 && (lines[end - 1] ?? '').trim() === '') end -= 1;
  lines.splice(end, 0, ...added);
  if (end === lines.length - added.length) lines.push('');
}
