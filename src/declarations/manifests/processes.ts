import type { Resolved } from '../value.ts';
import type { Container } from './container.ts';
import { countOf, inManifest, known, unknown } from './values.ts';

/** Programs that start several processes, and the options that say how many. */
const managers: readonly (readonly [program: RegExp, options: readonly string[]])[] = [
  [/^(?:gunicorn|uvicorn|hypercorn|granian|fastapi)$/, ['--workers', '-w']],
  [/^celery$/, ['--concurrency', '-c']],
  [/^puma$/, ['--workers', '-w']],
  [/^pm2(?:-runtime)?$/, ['--instances', '-i']],
];

/** Processes of one container: what its command says, or its WEB_CONCURRENCY, or one. */
export function processesOf({ words, env, place }: Container): Resolved {
  for (const [program, options] of managers) {
    const at = words.findIndex((word) => program.test(word.split('/').at(-1) ?? ''));
    if (at < 0) continue;
    const rest = words.slice(at + 1);
    const given = optionOf(rest, options);
    if (/celery$/.test(words[at] ?? '')) {
      // Greenlets and threads share the pool of one process; beat and flower are one, too.
      const pool = optionOf(rest, ['--pool', '-P']) ?? 'prefork';
      if (pool !== 'prefork' || !rest.includes('worker')) continue;
      if (given === undefined) return unknown('celery starts one process for each CPU of its host');
    }
    if (given !== undefined) {
      const value = known(given, inManifest(`${words[at]} ${options[0]}`, place));
      return countOf(value) === undefined ? unknown(`the processes of ${words[at]} are not a number`) : value;
    }
    const concurrency = env.get('WEB_CONCURRENCY');
    if (concurrency !== undefined) return concurrency;
  }
  return known(1, { kind: 'default', text: 'one process: the command starts no more' });
}

/** The value behind an option: `-w 4`, `-w4`, `--workers=4`. */
export function optionOf(words: readonly string[], options: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    for (const option of options) {
      if (word === option) return words[index + 1];
      if (word.startsWith(`${option}=`)) return word.slice(option.length + 1);
      if (/^-\w$/.test(option) && word.startsWith(option) && /^\d+$/.test(word.slice(2))) return word.slice(2);
    }
  }
  return undefined;
}
