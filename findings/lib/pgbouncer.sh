# A PgBouncer in front of the PostgreSQL of postgres.sh, from Debian's package. Needs common.sh, postgres.sh and debian.sh.
# shellcheck shell=bash disable=SC2034,SC2154

# start_pgbouncer [NAME=VALUE...]: transaction pooling, user "postgres", console user "console", no password. From here on
# PGPORT is its port.
start_pgbouncer() {
  debian_unpack '1.18.0-*' pgbouncer libc-ares2 libevent-2.1-7
  local port config=$work/pgbouncer
  port=$(free_port)
  mkdir "$config"
  printf '"%s" ""\n' postgres console >"$config/users"
  printf '%s\n' '[databases]' "postgres = host=127.0.0.1 port=$PGPORT" '[pgbouncer]' listen_addr=127.0.0.1 \
    "listen_port=$port" unix_socket_dir= auth_type=trust "auth_file=$config/users" admin_users=console \
    pool_mode=transaction "$@" >"$config/ini"
  serve "$work/pgbouncer.log" env "LD_LIBRARY_PATH=$library_path" "$root/usr/sbin/pgbouncer" "$config/ini"
  port_open "$port" || cannot "PgBouncer does not start: $(tail -n 1 "$work/pgbouncer.log")"
  PGPORT=$port
  echo "PgBouncer $debian_version"
}
