import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the bench calls of a built checkout, of this commit or of an older one with other places and names. */
export async function buildAt(checkout) {
  const load = async (...names) => {
    for (const name of names) {
      const found = await import(pathToFileURL(join(checkout, 'dist', `${name}.js`)).href).catch(() => undefined);
      if (found) return found;
    }
    throw new Error(`${checkout} has no dist/${names.join('.js or ')}.js: is it built?`);
  };
  const { ConnectionTarget } = await load('engines/target');
  const { openServer } = await load('engines/open', 'engines/server');
  const { inspectSession, inspectServer } = await load('inspect/inspect-session', 'inspect/inspect');
  const { openControl } = await load('probe/control/open', 'engines/control');
  const { watch } = await load('measure/watch');
  const options = { timeoutMs: 5_000, signal: new AbortController().signal };
  return {
    target: (protocol, login) => new ConnectionTarget({ protocol, ...login, tls: { mode: 'disable' } }),
    open: (target) => openServer(target, options),
    inspect: inspectSession ?? inspectServer,
    control: (target, tag) => openControl(target, tag, options),
    watch,
  };
}
