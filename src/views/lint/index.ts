import type { LintFormat } from './format.ts';

/** Every format of `lint` by its name; the only list of them. */
export const lintFormats = {
  pretty: async () => (await import('./pretty.ts')).pretty,
  compact: async () => (await import('./lines.ts')).compact,
  agent: async () => (await import('./lines.ts')).agent,
  json: async () => (await import('./json.ts')).json,
  sarif: async () => (await import('./sarif.ts')).sarif,
  github: async () => (await import('./github.ts')).github,
  markdown: async () => (await import('./markdown.ts')).markdown,
  gitlab: async () => (await import('./gitlab.ts')).gitlab,
  junit: async () => (await import('./junit.ts')).junit,
  checkstyle: async () => (await import('./checkstyle.ts')).checkstyle,
  rdjson: async () => (await import('./rdjson.ts')).rdjson,
} as const satisfies Readonly<Record<string, () => Promise<LintFormat>>>;
