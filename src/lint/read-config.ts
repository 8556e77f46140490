import ignore from 'ignore';
import type * as v from 'valibot';
import { withoutUndefined } from '../base/without-undefined.ts';
import { readYamlDocument } from '../documents/yaml-document.ts';
import { configFile, type DeclaredServer, defaultConfig, type LintConfig, type ProjectConfig } from './config.ts';
import { configSchema, type WrittenSettings } from './config-schema.ts';

const refusal = { code: 'CONFIG_INVALID', hint: 'docs/lint.md has an example of poolctl.yaml.' } as const;

/**
 * The settings of a project by the text of its poolctl.yaml; the defaults where it has none.
 * @throws PoolctlError CONFIG_INVALID with line and column
 */
export function readConfig(text: string | undefined): ProjectConfig {
  const isEmpty = text === undefined || text.replace(/^\s*(?:#.*|---)?$/gm, '').trim() === '';
  const {
    lint = {},
    servers = {},
    fleet = {},
  } = isEmpty ? {} : readYamlDocument(configSchema, text, configFile, refusal);
  const { ignore: ignored = [], overrides = [], ...settings } = lint;
  const base = {
    ...withSettings(defaultConfig, settings),
    servers: serversOf(servers),
    fleet: withoutUndefined(fleet),
  };
  const matchers = overrides.map(({ files, ...changes }) => ({ names: matcher(files), changes }));
  const found = new Map<string, LintConfig>();
  return {
    isIgnored: matcher(ignored),
    configOf(path) {
      if (path === undefined) return base;
      const matching = matchers.map(({ names }) => names(path));
      const key = matching.join();
      const config =
        found.get(key) ??
        matchers.reduce((before, { changes }, at) => (matching[at] ? withSettings(before, changes) : before), base);
      found.set(key, config);
      return config;
    },
  };
}

/** Whether a path from the root is one that patterns of .gitignore name. */
function matcher(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false;
  const known = ignore().add([...patterns]);
  return (path) => ignore.isPathValid(path) && known.ignores(path);
}

/** Settings over others: names of rules and thresholds each for itself, lists as a whole. */
function withSettings(before: LintConfig, { thresholds = {}, assume, rules, ...rest }: WrittenSettings): LintConfig {
  const { acquireTimeout, connectTimeout, connectionLimit } = thresholds;
  const limits = { connectionLimit, acquireTimeoutMs: acquireTimeout, connectTimeoutMs: connectTimeout };
  return {
    ...before,
    ...withoutUndefined(rest),
    rules: { ...before.rules, ...rules },
    assume: { ...before.assume, ...withoutUndefined(assume ?? {}) },
    thresholds: { ...before.thresholds, ...withoutUndefined(limits) },
  };
}

function serversOf(servers: NonNullable<v.InferOutput<typeof configSchema>['servers']>) {
  return Object.fromEntries(
    Object.entries(servers).map(([name, server]): [string, DeclaredServer] => [name, withoutUndefined(server)]),
  );
}
