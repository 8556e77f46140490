import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { poolctl, type Ran, type Surroundings } from './run.ts';

/** A project in a temporary folder. */
export interface TemporaryProject {
  readonly folder: string;
  write(file: string, text: string | Uint8Array): void;
  read(file: string): string;
  /** Runs `poolctl lint` there. */
  lint(flags?: string, surroundings?: Surroundings): Promise<Ran>;
  remove(): void;
}

export function temporaryProject(files: Readonly<Record<string, string>> = {}): TemporaryProject {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'poolctl-lint-')));
  const project: TemporaryProject = {
    folder,
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    lint: (flags = '', surroundings = {}) => poolctl(`lint ${flags}`, { cwd: folder, ...surroundings }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  for (const [file, text] of Object.entries(files)) project.write(file, text);
  return project;
}
