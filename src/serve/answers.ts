import type { IncomingMessage, ServerResponse } from 'node:http';

/** One answer of the endpoint. */
export interface Answer {
  readonly code: number;
  readonly type: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** No page of another origin may show, read or keep what is answered. */
export const guardHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

export const plainAnswer = (code: number, text: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  code,
  type: 'text/plain; charset=utf-8',
  text: `${text}\n`,
  headers,
});

export const jsonAnswer = (code: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer => ({
  code,
  type: 'application/json; charset=utf-8',
  text: JSON.stringify(body),
  headers,
});

/** HEAD gets the head that GET would. What was refused is not talked to any further. */
export function send(request: IncomingMessage, response: ServerResponse, { code, type, text, headers }: Answer): void {
  response.writeHead(code, {
    ...guardHeaders,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    ...(code >= 400 && { Connection: 'close' }),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
