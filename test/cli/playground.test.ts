import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bin, root } from '../helpers/run.ts';

interface BrowserBuild {
  readonly besideCore: readonly string[];
  bundleForBrowser(
    entry: string,
    options?: { readonly leftOut?: readonly string[] },
  ): Promise<{ readonly code: string; readonly imports: readonly string[] }>;
}

const build = (await import(`${root}build/playground.mjs`)) as BrowserBuild;

test('the core of size and simulate needs no Node and is below 100 kB compressed', async () => {
  const { code, imports } = await build.bundleForBrowser('playground/core.ts', { leftOut: build.besideCore });
  expect(imports).toEqual([]);
  expect(code).not.toMatch(/["'`]node:|\brequire\(|\bprocess\.|\bBuffer\b/);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(100_000);
});

test('writes one file below 250 kB, which names nothing to load from elsewhere', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-playground-'));
  try {
    const { exitCode, stdout } = await bin(['playground', '-o', 'pool.html'], folder);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    const page = readFileSync(join(folder, 'pool.html'), 'utf8');
    expect(Buffer.byteLength(page)).toBeLessThan(250_000);
    expect(page).toContain('content="default-src &#39;none&#39;; script-src &#39;sha256-');
    expect(page).not.toMatch(/unsafe-|<[^>]*\s(?:src|on\w+|style)=|href="(?!data:,")/);
    expect((await bin(['playground'], folder)).stdout).toBe(page);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
