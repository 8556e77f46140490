import type { DeclaredPool } from '../../declarations/declared-pool.ts';
import type { Project } from '../project.ts';
import { madePools } from './declarations.ts';

/** Pools that one program makes, by the package.json that is nearest above their files. */
export interface Application {
  /** The folder, relative to the root; '' is the root. */
  readonly folder: string;
  readonly pools: readonly DeclaredPool[];
  /** Pools that are declared only for others to read, beside those of `pools`. */
  readonly onlyDeclared: readonly DeclaredPool[];
  /** The code below the folder, and not below one of another application. */
  readonly paths: readonly string[];
}

type Known = Pick<Project, 'pools' | 'paths' | 'files'>;

const found = new WeakMap<Known, readonly Application[]>();

/** Programs with pools in code that live as long as they do; worked out once for all rules. */
export function applicationsOf(project: Known): readonly Application[] {
  const known = found.get(project) ?? findApplications(project);
  found.set(project, known);
  return known;
}

function findApplications({ pools, paths, files }: Known): readonly Application[] {
  const folders = paths
    .filter((path) => /(?:^|\/)package\.json$/.test(path))
    .map((path) => path.replace(/\/?package\.json$/, ''))
    .sort((a, b) => b.length - a.length);
  const folderOf = (path: string) => folders.find((folder) => folder === '' || path.startsWith(`${folder}/`)) ?? '';
  const byFolder = new Map<string, DeclaredPool[]>();
  for (const pool of pools) {
    if (!isCodePath(pool.place.file) || pool.lives === 'request' || pool.lives === 'function') continue;
    const folder = folderOf(pool.place.file);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), pool]);
  }
  return [...byFolder].map(([folder, declared]) => {
    const own = paths.filter((path) => isCodePath(path) && folderOf(path) === folder);
    const isInitialized = () => own.some((path) => files.read(path)?.includes('.initialize('));
    const made = new Set(madePools(declared, isInitialized));
    return { folder, pools: [...made], onlyDeclared: declared.filter((pool) => !made.has(pool)), paths: own };
  });
}

function isCodePath(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}
