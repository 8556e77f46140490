import { unknownValue } from './document.ts';

const mostSites = 1_000;
const longestPath = 120;
/** Who calls the file that has all access to the database tells more than that file. */
const mostFrames = 2;

/** Places in the application that asked for connections, each with a number. */
export class Sites {
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #root: string;

  /** `root` is left out of the paths: the working directory. */
  constructor(root: string) {
    this.#root = root;
  }

  numberOf(stack: string | undefined): number {
    const name = stack === undefined ? undefined : this.#siteIn(stack);
    if (name === undefined) return unknownValue;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.names.length === mostSites) return unknownValue;
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  /** The first frames that are of no library: `src/db.ts:12 from src/orders.ts:148`. */
  #siteIn(stack: string): string | undefined {
    const places: string[] = [];
    for (const line of stack.split('\n')) {
      const [, path, row] = /(?:^|[\s(])((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):\d+\)?$/.exec(line) ?? [];
      if (path === undefined || /[\\/]node_modules[\\/]/.test(path)) continue;
      const plain = path.replace(/^file:\/\//, '');
      const short = plain.startsWith(`${this.#root}/`) ? plain.slice(this.#root.length + 1) : plain;
      places.push(`${short.slice(-longestPath)}:${row}`);
      if (places.length === mostFrames) break;
    }
    return places.length > 0 ? places.join(' from ') : undefined;
  }
}
