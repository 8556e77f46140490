#!/usr/bin/env bash
# OpenTelemetry's span of mysql2's pool.query() begins after the wait for a connection; a call that gets none has no
# span.
# Of:      library @opentelemetry/instrumentation-mysql2 0.69.0, mysql2 3.24.6, MariaDB 10.11
# Guess:   the span of pool.query() is the time that its caller waits, as with pg, whose span pg-pool.connect has the
#          wait.
# Happens: a pool of 1: the caller behind a query of 0.5 s waits as long and has a span of a few milliseconds. Where the
#          server refuses the login, and where the queue is full, the call fails and leaves no span at all. Two queries
#          sent together on one connection do have the wait for each other in their spans.
# Hurts:   who looks for an exhausted pool in traces: spans are short and without errors while requests are slow and
#          fail.
# So:      Node's channel tracing:mysql2:pool:connect (mysql2 3.24) has the wait and the error; or a span of one's own.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/mariadb.sh"
npm_install @opentelemetry/instrumentation-mysql2@0.69.0 @opentelemetry/api@1.9.1 @opentelemetry/sdk-trace-base@2.12.1 mysql2@3.24.6
start_mariadb
run_js <<'JS'
import { createRequire } from 'node:module';
import login from './login.mjs';

const require = createRequire(import.meta.url);
const { MySQL2Instrumentation } = require('@opentelemetry/instrumentation-mysql2');
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');

const exporter = new InMemorySpanExporter();
new MySQL2Instrumentation().setTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
const mysql = require('mysql2/promise');
const spans = () => {
  const all = exporter.getFinishedSpans().map(({ duration: [s, ns] }) => (s + ns / 1e9 < 0.25 ? 'short' : 'long'));
  exporter.reset();
  return all.length === 0 ? 'no span' : all.join(', ');
};

const pool = mysql.createPool({ ...login, connectionLimit: 1, queueLimit: 1 });
await pool.query('SELECT 1');
spans();
const from = performance.now();
const slow = pool.query('SELECT SLEEP(0.5)');
const waits = pool.query('SELECT 1').then(() => performance.now() - from);
const full = await pool.query('SELECT 1').catch(({ message }) => message);
await slow;
console.log(`third caller: ${full}`);
console.log(`second caller waited ${(await waits) > 400 ? 'half a second' : 'less'}`);
console.log(`spans of the three: ${spans()}`);
const stranger = mysql.createPool({ ...login, password: 'wrong' });
const refused = await stranger.query('SELECT 1').catch(({ code }) => code);
console.log(`${refused}: ${spans()}`);
process.exit();
JS
expect '^third caller: Queue limit reached' '^second caller waited half a second$' '^spans of the three: long, short$' \
  '^ER_ACCESS_DENIED_ERROR: no span$'
holds 'spans of instrumentation-mysql2 have neither the wait nor the refusal'
