import { within } from '../base/deadline.ts';
import type { EngineId } from '../base/engine.ts';
import { checkDefinition, checkId } from './check-definition.ts';
import type { DefinitionSource, PoolDefinition } from './definition.ts';
import { DefinitionError } from './definitions/definition-list.ts';
import { definitionFingerprint } from './fingerprint.ts';

/** Longest reading: one that hangs would keep the next from being tried. */
const readMs = 15_000;

interface Reader {
  found(definition: PoolDefinition): void;
  failed(error: unknown): void;
  /** After either of them, and when another source came in the meantime. */
  over(): void;
}

/** Where an entry's definition comes from: one reading at a time, shared by all who wait for it. */
export class DefinitionReader {
  isReading = false;
  readonly #id: string;
  #source: DefinitionSource;
  #fingerprint: string;
  /** What was read before it changed is not used any more. */
  #version = 0;
  readonly #stop = new AbortController();

  /** @throws DefinitionError */
  constructor(id: string, source: DefinitionSource) {
    checkId(id);
    this.#id = id;
    this.#source = this.#checked(source);
    this.#fingerprint = definitionFingerprint({ source });
  }

  /** The definition, where it need not be read. */
  get ready(): PoolDefinition | undefined {
    return typeof this.#source === 'function' ? undefined : this.#source;
  }

  get engine(): EngineId | undefined {
    return this.ready?.engine;
  }

  /** Whether it says anything else than the source before it. @throws DefinitionError */
  replace(source: DefinitionSource): boolean {
    const fingerprint = definitionFingerprint({ source });
    if (fingerprint === this.#fingerprint) return false;
    this.#source = this.#checked(source);
    this.#fingerprint = fingerprint;
    return true;
  }

  /** What is being read now comes too late: it is read once more. */
  outdate(): void {
    this.#version += 1;
  }

  /** For good: what is being read is waited for no longer. */
  stop(): void {
    this.outdate();
    this.#stop.abort();
  }

  read({ found, failed, over }: Reader): void {
    const source = this.#source;
    if (typeof source !== 'function') return;
    this.isReading = true;
    const version = this.#version;
    const isCurrent = () => this.#version === version;
    // A source that throws before it gives a promise fails the same way.
    const reading = Promise.resolve().then(source);
    within(reading, readMs, this.#stop.signal, () => this.#late())
      .then((definition) => checkDefinition(this.#id, definition))
      .then(
        (definition) => isCurrent() && found(definition),
        (error) => isCurrent() && failed(error),
      )
      .finally(() => {
        this.isReading = false;
        over();
      });
  }

  #late(): DefinitionError {
    return new DefinitionError(`The definition of "${this.#id}" was not read within ${readMs} ms.`);
  }

  #checked(source: DefinitionSource): DefinitionSource {
    return typeof source === 'function' ? source : checkDefinition(this.#id, source);
  }
}
