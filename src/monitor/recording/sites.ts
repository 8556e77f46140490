import { unknownValue } from './document.ts';

const mostSites = 1_000;
const longestSite = 200;

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

  /** The first frame that is of no library: `src/orders.ts:12`. */
  #siteIn(stack: string): string | undefined {
    for (const line of stack.split('\n')) {
      const [, path, row] = /(?:^|[\s(])((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):\d+\)?$/.exec(line) ?? [];
      if (path === undefined || /[\\/]node_modules[\\/]/.test(path)) continue;
      const plain = path.replace(/^file:\/\//, '');
      const short = plain.startsWith(`${this.#root}/`) ? plain.slice(this.#root.length + 1) : plain;
      return `${short}:${row}`.slice(-longestSite);
    }
    return undefined;
  }
}
