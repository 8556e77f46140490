import type { CommandContext } from '../../src/cli/command.ts';
import { commands } from '../../src/commands/index.ts';
import { type CallContext, callTool } from '../../src/mcp/call-tool.ts';
import { openTools } from '../../src/mcp/open-tools.ts';
import type { RunTask } from '../../src/mcp/run-thread.ts';
import type { OpenTool } from '../../src/mcp/tool.ts';
import { poolctl, root } from './run.ts';

/** Runs a call in this process: quick, and not confined. */
const runHere: RunTask = ({ argv, stdin, cwd, env }, { signal }) => {
  const set = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return poolctl(argv, { stdin, cwd, env: Object.fromEntries(set), interrupted: signal });
};

const limits = { timeoutMs: 60_000, maxInput: 1_000_000, maxOutput: 200_000 };

const context: CommandContext = {
  io: {
    stdout: { write: () => {} },
    stderr: { write: () => {} },
    stdin: (async function* () {})(),
    env: {},
    cwd: root,
    now: () => 0,
    interrupted: new AbortController().signal,
  },
  answer: () => {},
  commands,
};

let opened: Promise<readonly OpenTool[]> | undefined;

/** A tool as the server offers it. */
export async function toolNamed(name: string): Promise<OpenTool> {
  opened ??= openTools(context);
  const tool = (await opened).find((one) => one.name === name);
  if (!tool) throw new Error(`no tool ${name}`);
  return tool;
}

/** What a tool answers in this process. */
export async function callHere(
  name: string,
  given: Readonly<Record<string, unknown>>,
  { roots = [root], ...more }: Partial<CallContext> & { readonly roots?: readonly string[] } = {},
) {
  const calls = { run: runHere, limits, io: { env: {}, cwd: roots[0] ?? root }, ...more };
  return callTool(await toolNamed(name), { given, roots, signal: new AbortController().signal }, calls);
}

/** All that a client sees of an answer. */
export function seen(answer: object): string {
  return JSON.stringify(answer);
}
