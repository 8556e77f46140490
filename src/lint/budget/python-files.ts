import { folderOf } from '../../declarations/code/paths.ts';
import { deployedDirectory } from '../../declarations/environment.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { importedBy, pythonEntry } from '../../declarations/python/entry.ts';
import { mayMakePythonPools } from '../../declarations/python/index.ts';
import type { Project } from '../project.ts';
import { isTestCode } from '../test-code.ts';

const tests = /(?:^|\/)(?:test_[\w-]+|[\w-]+_test|conftest)\.py$/;
/** Programs that run beside the application, and end. */
const asides = /(?:^|\/)(?:alembic|migrations?|scripts?|seeds?|tools?|notebooks?)\/|(?:^|\/)(?:migrate|seed)\w*\.py$/;

/** The files of Python that make pools, and which of them a service runs. */
export class PythonFiles {
  readonly #project: Project;
  readonly #reached = new Map<string, ReadonlySet<string>>();
  #files: readonly string[] | undefined;

  constructor(project: Project) {
    this.#project = project;
  }

  get files(): readonly string[] {
    const { paths, files, root } = this.#project;
    this.#files ??= paths.filter(
      (file) =>
        file.endsWith('.py') &&
        !tests.test(file) &&
        !asides.test(file) &&
        !isTestCode(file, root) &&
        mayMakePythonPools({ file, text: files.read(file) ?? '' }),
    );
    return this.#files;
  }

  /** Those that the module imports which the service's command starts; undefined where no command names one of the project. */
  startedBy(service: DeployedService): readonly string[] | undefined {
    if (this.files.length === 0) return undefined;
    const { files } = this.#project;
    const read = (file: string) => files.read(file);
    for (const folder of foldersOf(service)) {
      const entry = pythonEntry(service.command, folder, read, (path) =>
        this.files.some((file) => file.startsWith(`${path}/`)),
      );
      if (entry?.package !== undefined) return this.files.filter((file) => file.startsWith(entry.package ?? ''));
      if (entry?.file === undefined) continue;
      const reached = this.#reached.get(entry.file) ?? importedBy(entry.file, read);
      this.#reached.set(entry.file, reached);
      return this.files.filter((file) => reached.has(file));
    }
    return undefined;
  }
}

function foldersOf({ builds, place }: DeployedService): readonly string[] {
  return builds.length > 0 ? builds : [...new Set([deployedDirectory(folderOf(place.file)), folderOf(place.file)])];
}
