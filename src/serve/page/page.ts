import { createHash } from 'node:crypto';
import { html } from '../../render/html/markup.ts';
import type { Answer } from '../answers.ts';
import { script } from './script.ts';
import { style } from './style.ts';

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** This very script and style, the events of this server, and nothing else; no text becomes markup. */
const policy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** The page at `/`: one file without any figure in it, which listens to the events. */
export function watchPage({ asksForToken, version }: { asksForToken: boolean; version: string }): Answer {
  const hidden = { markup: asksForToken ? '' : ' hidden' };
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>poolctl watch</title>
<style>${{ markup: style }}</style>
</head>
<body>
<main>
<header>
<h1>poolctl watch</h1>
<p class="soft" id="summary">Nothing is known yet.</p>
</header>
<noscript><p>This page is drawn by a script. Without one, there are /metrics and poolctl watch in a terminal.</p></noscript>
<p id="connection" role="status" hidden></p>
<form id="login"${hidden}>
<label for="token">Token</label>
<input id="token" type="password" autocomplete="off" required>
<button>Show</button>
<p id="refusal" role="alert"></p>
</form>
<p class="unseen" id="news" role="status" aria-live="polite"></p>
<section id="alarms" aria-label="Alarms"></section>
<section id="targets" aria-label="Targets"></section>
<footer class="soft"><p>poolctl ${version}. The mark in a bar is where the most connections were taken; the dashed line is what is usable.</p></footer>
</main>
<script>${{ markup: script }}</script>
</body>
</html>
`;
  return {
    code: 200,
    type: 'text/html; charset=utf-8',
    text: markup,
    headers: { 'Content-Security-Policy': policy },
  };
}
