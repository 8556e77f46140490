import { isAbsolute, join, relative, sep } from 'node:path';
import { builtDriverProfiles } from '../profiles/all-drivers.ts';
import { builtLintFacts } from '../profiles/lint-facts.ts';
import { configFile, type LintConfig, type ProjectConfig } from './config.ts';
import { filesBelow } from './disk/files-below.ts';
import { filesOf } from './disk/project-files.ts';
import { rootOf } from './disk/root.ts';
import { libraryEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { hostOf } from './host.ts';
import { isCode } from './kinds.ts';
import { lintCode } from './lint-file.ts';
import { isOfOneFile } from './lint-project.ts';
import type { FileContext } from './project.ts';
import { readConfig } from './read-config.ts';
import { rules } from './rules/index.ts';
import { applyDirectives } from './suppress/apply.ts';
import { surroundingsIn } from './surroundings.ts';
import { versionsIn } from './versions.ts';

/** A file as an editor has it. */
export interface EditedFile {
  readonly path: string;
  readonly text: string;
}

/** A project that is looked at while it changes; it is opened anew after a while. */
interface Watched {
  readonly root: string;
  readonly config: ProjectConfig;
  readonly openedMs: number;
  readonly context: Pick<FileContext, 'files' | 'environment' | 'manifests'>;
  readonly mayUseLibrary: (path: string, text: string) => boolean;
  current: EditedFile | undefined;
}

const longestMs = 3_000;
const projects = new Map<string, Watched>();
let known: Pick<FileContext, 'profiles' | 'facts'> | undefined;

/**
 * What every rule that looks at one file finds in a text that an editor holds; who asks chooses among the rules. Imports
 * are read from disk. Synchronous, and quick where the text speaks of no database library.
 */
export function lintEdited(path: string, text: string, cwd: string): readonly Finding[] {
  const whole = isAbsolute(path) ? path : join(cwd, path);
  if (!isCode(whole)) return [];
  const project = projectAround(rootOf(whole));
  const inside = relative(project.root, whole).split(sep).join('/');
  project.current = { path: inside, text };
  if (project.config.isIgnored(inside) || !project.mayUseLibrary(inside, text)) return [];
  known ??= { profiles: builtDriverProfiles(), facts: builtLintFacts() };
  const config = withEveryRule(project.config.configOf(inside));
  const versions = versionsIn(project.context.files);
  const versionOf = (name: string) => versions(name, inside);
  const context: FileContext = {
    ...known,
    config,
    versionOf,
    files: project.context.files,
    environment: project.context.environment,
    get manifests() {
      return project.context.manifests;
    },
  };
  // An option may stand in another file, which says it itself.
  const findings = lintCode(text, inside, context).findings.filter(({ place }) => place.file === inside);
  return applyDirectives(findings, { text, path: inside }, config, isOfOneFile).findings;
}

function projectAround(root: string): Watched {
  const open = projects.get(root);
  if (open && performance.now() - open.openedMs < longestMs) return open;
  const onDisk = filesOf(root);
  const files = {
    read: (file: string) => (file === project.current?.path ? project.current.text : onDisk.read(file)),
    exists: (file: string) => onDisk.exists(file),
  };
  const config = readConfig(onDisk.read(configFile));
  const surroundings = surroundingsIn(() => filesBelow(root).paths, onDisk);
  const mayUseLibrary = (path: string, text: string) => libraryEvidence(hostOf(project.context))(path, text);
  const openedMs = performance.now();
  const project: Watched = {
    root,
    config,
    openedMs,
    mayUseLibrary,
    context: {
      files,
      environment: surroundings.environment,
      get manifests() {
        return surroundings.manifests;
      },
    },
    current: undefined,
  };
  projects.set(root, project);
  return project;
}

const defaultOff = Object.entries(rules).filter(([, { severity, strict = severity }]) => strict === undefined);

/** Every rule is on, but for those that poolctl.yaml turns off. */
function withEveryRule(config: LintConfig): LintConfig {
  const off = Object.entries(config.rules).filter(([, level]) => level === 'off');
  const on = defaultOff.map(([id]) => [id, 'warn'] as const);
  return { ...config, preset: 'strict', rules: Object.fromEntries([...on, ...off]) };
}
