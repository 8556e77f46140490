import type { CommandEntry } from '../cli/command.ts';

/** Every command of poolctl; the only list of them. */
export const commands: readonly CommandEntry[] = [
  { name: 'size', summary: 'from measured TPS and p95 to a pool that fits', load: () => import('./size.ts') },
  { name: 'simulate', summary: 'what would happen to a pool under this load', load: () => import('./simulate.ts') },
  {
    name: 'playground',
    summary: 'size and simulate as a page that works offline',
    load: () => import('./playground.ts'),
  },
  { name: 'emit', summary: 'settings as config of a driver, ORM or pooler', load: () => import('./emit.ts') },
  { name: 'convert', summary: "one system's settings as config of another", load: () => import('./convert.ts') },
  { name: 'inspect', summary: 'what a server lets in, and who is connected', load: () => import('./inspect.ts') },
  { name: 'watch', summary: 'connections, waits and alarms, live, of many servers', load: () => import('./watch.ts') },
  { name: 'measure', summary: 'TPS and hold times, from a server at work', load: () => import('./measure.ts') },
  { name: 'probe', summary: 'find the right pool size by measuring', load: () => import('./probe.ts') },
  { name: 'report', summary: 'what probe measured: shown, compared or merged', load: () => import('./report.ts') },
  {
    name: 'recommend',
    summary: 'keep, raise or lower the pool, after a week of it',
    load: () => import('./recommend.ts'),
  },
  { name: 'doctor', summary: 'what is wrong between here and a server', load: () => import('./doctor.ts') },
  { name: 'lint', summary: 'find the pool outage in the pull request', load: () => import('./lint.ts') },
  { name: 'init', summary: 'write a first fleet.yaml from what is there', load: () => import('./init.ts') },
  { name: 'fleet', summary: 'one budget for all services of a server', load: () => import('./fleet.ts') },
  { name: 'rules', summary: 'alert rules and a dashboard for Prometheus', load: () => import('./rules.ts') },
  { name: 'config', summary: 'which settings are in force, and from where', load: () => import('./config.ts') },
  { name: 'profiles', summary: 'list and show the built-in profiles', load: () => import('./profiles.ts') },
  { name: 'explain', summary: 'explain a term, a warning, an error or exit codes', load: () => import('./explain.ts') },
  { name: 'mcp', summary: 'serve these answers to agents (MCP, over stdio)', load: () => import('./mcp.ts') },
  { name: 'completion', summary: 'print a completion script for a shell', load: () => import('./completion.ts') },
  { name: 'help', summary: 'print the help of a command, or explain a topic', load: () => import('./help.ts') },
];
