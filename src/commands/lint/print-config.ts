import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Io } from '../../base/io.ts';
import { jsonOf } from '../../cli/json-of.ts';
import { configFile } from '../../lint/config.ts';
import { filesOf } from '../../lint/disk/project-files.ts';
import { rootOf } from '../../lint/disk/root.ts';
import { ownRules } from '../../lint/own-rules.ts';
import { readConfig } from '../../lint/read-config.ts';
import type { Rule } from '../../lint/rule.ts';
import { rules } from '../../lint/rules/index.ts';
import { severityOf } from '../../lint/severity.ts';
import { isTestCode } from '../../lint/test-code.ts';

/** Prints the settings that hold for a file, with the severity of every rule. @throws PoolctlError CONFIG_INVALID */
export function printConfig(file: string, { cwd, stdout }: Io): void {
  const path = isAbsolute(file) ? file : resolve(cwd, file);
  const root = rootOf(path);
  const inside = relative(root, path).split(sep).join('/');
  const project = readConfig(filesOf(root).read(configFile));
  const { rules: _, ...config } = project.configOf(inside);
  const all: readonly (readonly [string, Rule])[] = Object.entries({ ...rules, ...ownRules });
  const levels = all.map(([id, rule]) => [id, severityOf(id, rule, project.configOf(inside)) ?? 'off'] as const);
  const result = {
    ...{ file: inside, isIgnored: project.isIgnored(inside), isTestCode: isTestCode(inside) },
    ...{ ...config, rules: Object.fromEntries(levels) },
  };
  stdout.write(jsonOf({ schema: 'poolctl.lint-config/1', result }));
}
