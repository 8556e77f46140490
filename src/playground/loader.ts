/** As much of a browser as the loader uses. */
interface Page {
  readonly document: {
    getElementById(id: string): { textContent: string | null } | null;
    createElement(tag: string): { text: unknown };
    readonly body: { append(element: object): void };
  };
  readonly trustedTypes?: {
    createPolicy(name: string, rules: object): { createScript(text: string): unknown };
  };
}

/**
 * Unpacks the program of the page and starts it. The policy of the page knows its hash: another one would not run. It is whole
 * in itself, since its text goes into the page.
 */
async function unpack(page: Page): Promise<void> {
  const { document, trustedTypes } = page;
  try {
    const packed = document.getElementById('packed')?.textContent ?? '';
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
    const policy = trustedTypes?.createPolicy('poolctl-loader', { createScript: (script: string) => script });
    const script = document.createElement('script');
    script.text = policy ? policy.createScript(text) : text;
    document.body.append(script);
  } catch {
    const failure = document.getElementById('failure');
    if (failure) failure.textContent = 'This page needs a browser of 2023 or newer.';
  }
}

export function loaderOf(): string {
  return `(${unpack})(globalThis);`;
}
