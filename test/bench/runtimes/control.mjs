// What a runtime under test asks the bench by HTTP: how many sessions the server sees, and to end them. It tells what
// it has found out the same way, so that what it prints is the library's alone.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const file = fileURLToPath(new URL('../../live/emit/sessions.ts', import.meta.url));
const { countRunning, countSessions, endSessions } = (await runnerImport(file)).module;

export async function openControl(engine, server) {
  const asks = {
    '/sessions': () => countSessions(engine, server),
    '/running': () => countRunning(engine, server),
    '/end': async () => (await endSessions(engine, server)) ?? 0,
  };
  let hear = () => {};
  const http = createServer(async (request, response) => {
    try {
      let body = '';
      for await (const part of request.setEncoding('utf8')) body += part;
      const answer = request.url === '/tell' ? hear(JSON.parse(body)) : await asks[request.url]();
      response.setHeader('connection', 'close').end(JSON.stringify(answer ?? null));
    } catch (error) {
      response.writeHead(500, { connection: 'close' }).end(String(error));
    }
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    sessions: asks['/sessions'],
    /** Who is told what the runtime finds out; one at a time. */
    onTold: (listener) => {
      hear = listener;
    },
    close: () => {
      http.closeAllConnections();
      return new Promise((resolve) => http.close(resolve));
    },
  };
}
