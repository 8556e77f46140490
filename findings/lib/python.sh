# Python programs with modules from Debian packages. Needs common.sh and debian.sh.
# shellcheck shell=bash disable=SC2034,SC2154

# run_python: runs a program from standard input with the modules that debian_unpack laid in $root, which are built for the
# Python of Debian 12; prints what it prints and keeps it for `expect`.
run_python() {
  local python
  python=$(command -v python3.11 || command -v python3) || cannot "there is no python3"
  "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || cannot "$python is not Python 3.11"
  (cd "$work" && PYTHONPATH=$root/usr/lib/python3/dist-packages PYTHONDONTWRITEBYTECODE=1 LD_LIBRARY_PATH=$library_path \
    timeout 50 "$python" - 2>&1) | tee "$work/seen" || changed "the program failed"
}
