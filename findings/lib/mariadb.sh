# A MariaDB of its own, from Debian's package mariadb-server-core. Needs common.sh, npm.sh and debian.sh.
# shellcheck shell=bash disable=SC2034,SC2154

# start_mariadb [--OPTION=VALUE...]: 127.0.0.1 only. $work/login.mjs exports the login of a user with all rights.
start_mariadb() {
  local share data=$work/mysql port password
  debian_unpack '1:10.11.*' mariadb-server-core libaio1 libnuma1 liburing2 libpcre2-8-0
  local server=(env "LD_LIBRARY_PATH=$library_path" "$root/usr/sbin/mariadbd" --no-defaults "--datadir=$data" "--tmpdir=$data"
    "--lc-messages-dir=$root/usr/share/mysql" "--character-sets-dir=$root/usr/share/mysql/charsets"
    --innodb-buffer-pool-size=16M --innodb-log-file-size=8M --innodb-use-native-aio=0 --innodb-doublewrite=0
    --innodb-flush-log-at-trx-commit=0 --table-open-cache=200)
  share=$root/usr/share/mysql
  password=$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
  mkdir "$data" && hand_over "$data"
  {
    printf '%s\n' 'CREATE DATABASE mysql;' 'USE mysql;'
    cat "$share/mysql_system_tables.sql" "$share/mysql_performance_tables.sql"
    printf '%s\n' 'FLUSH PRIVILEGES;' 'CREATE DATABASE app;' "CREATE USER app@'%' IDENTIFIED BY '$password';" \
      "GRANT ALL ON *.* TO app@'%';"
  } >"$work/bootstrap.sql"
  unprivileged "${server[@]}" --bootstrap --silent-startup <"$work/bootstrap.sql" >"$work/mariadb.log" 2>&1 ||
    cannot "MariaDB's data folder cannot be made: $(tail -n 1 "$work/mariadb.log")"
  port=$(free_port)
  echo "export default { host: '127.0.0.1', port: $port, user: 'app', password: '$password', database: 'app' }" >"$work/login.mjs"
  serve "$work/mariadb.log" "${server[@]}" --bind-address=127.0.0.1 "--port=$port" "--socket=$data/s" \
    --skip-name-resolve "$@"
  port_open "$port" || cannot "MariaDB does not start: $(tail -n 1 "$work/mariadb.log")"
  echo "MariaDB $debian_version"
}
