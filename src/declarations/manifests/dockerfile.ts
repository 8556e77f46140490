import { placeFinder } from '../code/lines.ts';
import type { ReadFile } from '../text-file.ts';
import type { Resolved } from '../value.ts';
import type { Container } from './container.ts';
import { commandWords } from './manifest-document.ts';
import { inManifest, known } from './values.ts';

interface Instruction {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Instructions of the last stage, which is the one that runs; continued lines are one. */
function lastStage(text: string): readonly Instruction[] {
  const all = Array.from(text.matchAll(/^[ \t]*([A-Za-z]+)[ \t]+((?:\\\r?\n|[^\r\n])*)/gm), (found): Instruction => {
    const [whole, name = '', value = ''] = found;
    return {
      name: name.toUpperCase(),
      value: value.replace(/\\\r?\n/g, ' ').trim(),
      start: found.index,
      end: found.index + whole.length,
    };
  });
  return all.slice(
    Math.max(
      0,
      all.findLastIndex(({ name }) => name === 'FROM'),
    ),
  );
}

/** `["gunicorn", "-w", "4"]`, or a line for a shell. */
function wordsOf(value: string): readonly string[] {
  if (!value.startsWith('[')) return commandWords(value);
  return Array.from(value.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, word = '']) => word);
}

/** A container with what the Dockerfile of its image says: a command where its manifest has none, and variables that it does not set. */
export function withDockerfile(container: Container, file: string, read: ReadFile): Container {
  const text = read(file);
  if (text === undefined) return container;
  const spanOf = placeFinder(file, text);
  const stage = lastStage(text);
  const last = (name: string) => stage.findLast((one) => one.name === name);
  const [entry, command] = [last('ENTRYPOINT'), last('CMD')];
  const env = stage
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ value, start, end }): [string, Resolved][] => {
      const pairs = /^\w+=/.test(value)
        ? Array.from(value.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/g))
        : [/^(\w+)\s+(.*)$/.exec(value)].filter((one) => one !== null);
      return pairs.flatMap(([, name = '', given = '']): [string, Resolved][] =>
        given.includes('$')
          ? []
          : [[name, known(given.replace(/^["']|["']$/g, ''), inManifest(name, spanOf({ start, end })))]],
      );
    });
  const words = [...(entry ? wordsOf(entry.value) : []), ...(command ? wordsOf(command.value) : [])];
  const own = command ?? entry;
  return {
    ...container,
    env: new Map([...env, ...container.env]),
    ...(container.words.length === 0 && words.length > 0 && own && { words, place: container.place }),
  };
}
