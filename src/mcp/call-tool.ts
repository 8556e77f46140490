import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { PoolctlError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { formatDuration } from '../base/units.ts';
import { errorAnswer, toolAnswer } from './answer.ts';
import type { Limits } from './limits.ts';
import { readArguments } from './read-arguments.ts';
import { leadsInto, type Roots } from './roots.ts';
import type { RunTask } from './run-thread.ts';
import type { OpenTool } from './tool.ts';

/** What all calls of a server share. */
export interface CallContext {
  readonly run: RunTask;
  readonly limits: Limits;
  readonly io: Pick<Io, 'env' | 'cwd'>;
  readonly targets?: readonly string[] | undefined;
}

export interface OneCall {
  readonly given: Readonly<Record<string, unknown>>;
  readonly roots: Roots;
  readonly signal: AbortSignal;
  onTold?(text: string): void;
}

/** Runs a call within its limits. Whatever goes wrong is its answer: no call ends the server. */
export async function callTool(
  tool: OpenTool,
  { given, roots, signal, onTold }: OneCall,
  { run, limits, io, targets }: CallContext,
): Promise<CallToolResult> {
  const { timeoutMs, maxInput, maxOutput } = limits;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const cwd = tool.asksServer || leadsInto(io.cwd, roots) ? io.cwd : (roots[0] ?? io.cwd);
    const call = readArguments(tool, given, { cwd, roots, maxInput, targets });
    const confinement = tool.asksServer ? { mayAskServers: true } : { readable: roots, mayAskServers: false };
    const env = tool.asksServer ? withoutFlags(io.env) : {};
    const ended = await run(
      { ...call, cwd, env, confinement },
      {
        signal: AbortSignal.any([signal, timeout]),
        ...(onTold && { onTold }),
      },
    );
    const isCut = ended.exitCode === undefined || ended.exitCode > 4;
    if (timeout.aborted && isCut) throw tooLong(timeoutMs);
    return toolAnswer(tool, ended, maxOutput);
  } catch (error) {
    return errorAnswer(error);
  }
}

/** What the environment says in place of flags holds for commands, and not for what a model asks. */
function withoutFlags(env: Io['env']): Io['env'] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('POOLCTL_')));
}

function tooLong(timeoutMs: number): PoolctlError {
  return new PoolctlError('CALL_TIMEOUT', `The call took longer than ${formatDuration(timeoutMs)} and was ended.`, {
    hint: 'Ask for less, or start `poolctl mcp` with a longer --timeout.',
  });
}
