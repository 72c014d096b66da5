# shellcheck shell=bash
# A private PostgreSQL of our own: its own folder, loopback TCP only, SCRAM, an unprivileged account. Needs common.sh and packages.sh.

# postgres_start DIR [SETTING=VALUE…]: makes the cluster on first use and starts it.
# Reads POSTGRES_PORT (free one when unset) and POSTGRES_DEATH_SIGNAL. Sets POSTGRES_PORT, POSTGRES_PID; the password of the superuser
# "postgres" is in DIR/password, a password file for libpq in DIR/pgpass.
postgres_start() {
  local dir=$1 attempt
  shift
  POSTGRES_BIN=$(postgres_bin)
  server_command postgres "${POSTGRES_DEATH_SIGNAL:-}"
  [[ -e $dir/cluster/PG_VERSION ]] || postgres_init "$dir"
  local given=${POSTGRES_PORT:-}
  for attempt in 1 2 3; do
    POSTGRES_PORT=${given:-$(free_port)}
    postgres_launch "$dir" "$@" && break
    ((attempt < 3)) || { tail -n 20 "$dir/server.log" >&2; die "PostgreSQL does not start; the end of its log is above"; }
  done
  (umask 077; echo "127.0.0.1:$POSTGRES_PORT:*:postgres:$(<"$dir/password")" >"$dir/pgpass")
  export PATH=$POSTGRES_BIN:$PATH
}

postgres_init() {
  local dir=$1
  mkdir -p "$dir"
  (umask 077; random_secret >"$dir/password"; cp "$dir/password" "$dir/initial-password"; mkdir -p "$dir/cluster")
  own_by postgres "$dir/cluster" "$dir/initial-password"
  "${SERVER_COMMAND[@]}" "$POSTGRES_BIN/initdb" -D "$dir/cluster" --username=postgres --auth=scram-sha-256 --no-sync \
    --pwfile="$dir/initial-password" --encoding=UTF8 --locale=C.UTF-8 >"$dir/init.log" 2>&1 \
    || { cat "$dir/init.log" >&2; die "initdb failed"; }
  rm -f "$dir/initial-password"
}

postgres_launch() {
  local dir=$1 setting words=()
  shift
  for setting in "$@"; do words+=(-c "$setting"); done
  "${SERVER_COMMAND[@]}" "$POSTGRES_BIN/postgres" -D "$dir/cluster" -c port="$POSTGRES_PORT" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= "${words[@]}" >>"$dir/server.log" 2>&1 </dev/null &
  POSTGRES_PID=$!
  disown "$POSTGRES_PID"
  wait_until 60 "$POSTGRES_PID" "$POSTGRES_BIN/pg_isready" -q -h 127.0.0.1 -p "$POSTGRES_PORT" || { postgres_stop; return 1; }
}

# SIGINT is PostgreSQL's fast shutdown: it ends the sessions instead of waiting for them.
postgres_stop() {
  [[ -n ${POSTGRES_PID:-} ]] || return 0
  stop_process "$POSTGRES_PID" INT 20
  POSTGRES_PID=
}
