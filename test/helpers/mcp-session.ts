import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { root } from './run.ts';

export interface SessionOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Folders that the client names, by their URLs. */
  readonly roots?: () => readonly string[];
}

/** A session of the SDK's own client with the built program. */
export async function openSession(flags: readonly string[], { cwd = root, env = {}, roots }: SessionOptions = {}) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [`${root}bin/poolctl`, 'mcp', ...flags],
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: roots ? { roots: { listChanged: true } } : {} },
  );
  if (roots) client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: roots().map((uri) => ({ uri })) }));
  const problems: Error[] = [];
  client.onerror = (error) => problems.push(error);
  await client.connect(transport);
  return {
    client,
    /** Messages that were none of the protocol, and the like. */
    problems,
    stderr: () => stderr,
    call: async (name: string, given: Record<string, unknown>) => {
      const answer = await client.callTool({ name, arguments: given });
      const texts = (answer.content as { type: string; text: string }[]).map(({ text }) => text);
      const fenced = texts
        .filter((text) => text.startsWith('<poolctl-data>\n'))
        .map((text) => text.split('\n')[1] ?? '');
      return {
        isError: answer.isError === true,
        document: answer.structuredContent as Record<string, unknown> | undefined,
        texts,
        data: JSON.parse(fenced[0] ?? 'null'),
        all: JSON.stringify(answer),
      };
    },
    close: () => client.close(),
  };
}

export type Session = Awaited<ReturnType<typeof openSession>>;
