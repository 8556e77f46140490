import { PoolctlError } from '../base/errors.ts';

/** The parts of the official SDK that the server is made of, loaded when it starts. @throws PoolctlError MCP_MISSING */
export async function loadSdk() {
  try {
    const [server, stdio, types] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/index.js'),
      import('@modelcontextprotocol/sdk/server/stdio.js'),
      import('@modelcontextprotocol/sdk/types.js'),
    ]);
    return { ...server, ...stdio, ...types };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw cause;
    throw new PoolctlError('MCP_MISSING', '`poolctl mcp` needs the package @modelcontextprotocol/sdk.', {
      hint: 'npm install @modelcontextprotocol/sdk@1.32.2, beside poolctl.',
      cause,
    });
  }
}

export type Sdk = Awaited<ReturnType<typeof loadSdk>>;
