# A Pgpool-II in front of the PostgreSQL of postgres.sh, from Debian's package. Needs common.sh, postgres.sh and debian.sh.
# shellcheck shell=bash disable=SC2034,SC2154

# start_pgpool [NAME=VALUE...]: two children, one server, no password. From here on PGPORT is its port.
start_pgpool() {
  debian_unpack '4.3.5-*' pgpool2 libpgpool2 libmemcached11 libhashkit2 libpq5
  local port config
  port=$(free_port)
  config=$(mktemp -d "$work/pgpool.XXXXXX")
  touch "$config/hba" "$config/pcp"
  printf '%s\n' "listen_addresses='127.0.0.1'" "port=$port" "socket_dir='$config'" "pcp_socket_dir='$config'" \
    "pid_file_name='$config/pid'" "logdir='$config'" "pcp_listen_addresses='127.0.0.1'" "pcp_port=$(free_port)" \
    "backend_clustering_mode='raw'" "backend_hostname0='127.0.0.1'" "backend_port0=$PGPORT" num_init_children=2 "$@" \
    >"$config/conf"
  hand_over "$config"
  serve "$config/log" env "LD_LIBRARY_PATH=$library_path" "$root/usr/sbin/pgpool" -n -f "$config/conf" \
    -F "$config/pcp" -a "$config/hba"
  port_open "$port" || cannot "Pgpool-II does not start: $(tail -n 1 "$config/log")"
  PGPORT=$port
  echo "Pgpool-II $debian_version"
}
