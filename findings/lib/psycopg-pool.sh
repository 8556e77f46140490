# Programs with psycopg_pool of Debian, on a server of their own. Needs common.sh, npm.sh, debian.sh, postgres.sh and python.sh.
# shellcheck shell=bash

# run_psycopg_pool: starts a server and runs a program from standard input, which has psycopg_pool, os and the server's
# PGPORT; as run_python.
run_psycopg_pool() {
  local program
  program=$(cat)
  start_postgres
  debian_unpack '3.1.7-*' python3-psycopg-pool python3-psycopg python3-typing-extensions libpq5
  run_python <<PY
import ctypes.util
import os

# libpq lies beside the modules, where psycopg does not look for it.
found = ctypes.util.find_library
ctypes.util.find_library = lambda name: found(name) or f"lib{name}.so.5"

import psycopg_pool

print("psycopg_pool", psycopg_pool.__version__)
$program
PY
}
