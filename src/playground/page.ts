import { createHash } from 'node:crypto';
import { html } from '../render/html/markup.ts';
import { formMarkup } from './form.ts';
import { loaderOf } from './loader.ts';
import { playgroundStyle } from './style.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');

/**
 * The page as one file that asks nothing of anyone. `script` is its program, which stands in it compressed: `packed`, gzip in
 * base64. The policy lets in this very style, program and what unpacks it, and nothing else.
 */
export function playgroundPage({
  script,
  packed,
  version,
}: {
  readonly script: string;
  readonly packed: string;
  readonly version: string;
}): string {
  const loader = loaderOf();
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${sha256(loader)}' 'sha256-${sha256(script)}'`,
    `style-src 'sha256-${sha256(playgroundStyle)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types poolctl-loader poolctl',
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>poolctl playground</title>
<style>${{ markup: playgroundStyle }}</style>
</head>
<body>
<main>
<h1>poolctl playground</h1>
<p class="soft">The size of a connection pool, as poolctl ${version} answers it. All is computed in this page: nothing is sent.</p>
<p id="failure" role="alert"></p>
<noscript><p>This page computes with a script. Without one there is the command: poolctl size --tps 200 --p95 300.</p></noscript>
<div class="columns">
${formMarkup()}<div class="result">
<p class="unseen" id="status" role="status" aria-live="polite"></p>
<section aria-labelledby="answer-title"><h2 id="answer-title">Answer</h2>
<div id="answer" aria-busy="true"></div>
<p class="buttons"><button type="button" id="copy-link">Copy link</button> <button type="button" id="keep">Keep as before</button> <button type="button" id="drop" hidden>Forget before</button> <button type="button" id="reset">Start again</button></p>
</section>
<div id="compared"></div>
<div id="curve"></div>
<section aria-labelledby="simulation-title"><h2 id="simulation-title">Simulation</h2>
<p class="buttons"><button type="button" id="simulate">Simulate this pool</button> <button type="button" id="stop" hidden>Stop</button> <progress id="progress" max="1" value="0" aria-label="Simulated" hidden></progress></p>
<div id="simulated"></div>
</section>
<div id="snippets"></div>
<div id="details"></div>
<section aria-labelledby="command-title"><h2 id="command-title">The same in a terminal</h2>
<div class="scroll" role="region" aria-label="Command" tabindex="0"><pre id="command"></pre></div>
<p class="buttons"><button type="button" data-copies="command">Copy command</button></p>
<details><summary>JSON, as with --json</summary>
<p class="buttons"><button type="button" data-copies="json">Copy JSON</button></p>
<div class="scroll" role="region" aria-label="JSON" tabindex="0"><pre id="json"></pre></div>
</details>
</section>
</div>
</div>
<p id="glance" aria-hidden="true"></p>
</main>
<script type="text/plain" id="packed">${{ markup: packed }}</script>
<script>${{ markup: loader }}</script>
</body>
</html>
`;
  return page.markup;
}
