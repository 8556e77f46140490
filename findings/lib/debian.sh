# Programs of Debian packages, unpacked into the temporary folder; nothing is installed. Needs common.sh.
# shellcheck shell=bash disable=SC2034,SC2154

# debian_unpack VERSION-PATTERN PACKAGE [LIBRARY-PACKAGE...]: fetches PACKAGE in this machine's Debian release and unpacks it
# into $root, with those library packages that the machine lacks; sets debian_version.
debian_unpack() {
  local pattern=$1 package=$2 library
  shift 2
  command -v apt-get >/dev/null || cannot "there is no apt-get"
  root=$work/debian
  mkdir -p "$root"
  debian_version=$(apt-cache show --no-all-versions "$package" 2>/dev/null | sed -n 's/^Version: //p')
  # shellcheck disable=SC2053
  [[ $debian_version == $pattern ]] || cannot "Debian offers $package '${debian_version:-none}', not $pattern (apt-get update?)"
  local wanted=("$package")
  for library in "$@"; do
    dpkg-query -W -f '${Status}' "$library" 2>/dev/null | grep -q 'ok installed' || wanted+=("$library")
  done
  (cd "$root" && apt-get -qq -o APT::Sandbox::User= download "${wanted[@]}" >"$work/apt.log" 2>&1) ||
    cannot "apt-get does not download ${wanted[*]} ($(tail -n 1 "$work/apt.log"))"
  for library in "$root"/*.deb; do dpkg-deb --extract "$library" "$root"; done
  library_path=$root/usr/lib/$(uname -m)-linux-gnu:$root/lib/$(uname -m)-linux-gnu
}
