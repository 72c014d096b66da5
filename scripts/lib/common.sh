# shellcheck shell=bash
# What every script needs: messages, free ports, secrets, and running a server under another account.

say() { printf '%s\n' "== $*" >&2; }
die() { printf '%s\n' "error: $*" >&2; exit 1; }

# A port of 127.0.0.1 that nobody listens on, below the range from which the kernel hands out ports by itself.
# Somebody may still take it before we do: whoever starts a server on it tries again with another.
free_port() {
  local port
  while :; do
    port=$((RANDOM % 12000 + 20000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# 32 hexadecimal digits: safe in a connection string, a URL and a password file.
random_secret() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# wait_until SECONDS PID COMMAND…: polls COMMAND; false when the time is over or the process has ended.
wait_until() {
  local deadline=$((SECONDS + $1)) pid=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || return 1
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

# is_running PID_FILE WORDS: whether the process is still the one that was started, and not another with its number.
is_running() {
  local pid
  [[ -e $1 ]] || return 1
  pid=$(<"$1")
  [[ -r /proc/$pid/cmdline ]] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "$2"
}

# stop_process PID SIGNAL SECONDS: asks, waits, and at last insists.
stop_process() {
  local pid=$1 signal=$2 tenths=$(($3 * 10))
  kill -s "$signal" "$pid" 2>/dev/null || return 0
  while ((tenths-- > 0)) && kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  kill -s KILL "$pid" 2>/dev/null || true
}

# server_command ACCOUNT [DEATH_SIGNAL]: sets SERVER_COMMAND, the words to put before a server's own command line.
# The server gets its own session, so that Ctrl-C in the terminal reaches only the script, which then stops it in order. As root it
# runs under ACCOUNT. With DEATH_SIGNAL the kernel ends it even when the script itself was killed.
server_command() {
  local account=$1 death_signal=${2:-}
  SERVER_COMMAND=(setsid setpriv)
  [[ -z $death_signal ]] || SERVER_COMMAND+=(--pdeathsig "$death_signal")
  if ((EUID == 0)); then
    SERVER_COMMAND+=(--reuid "$account" --regid "$(id -g "$account")" --clear-groups)
  elif [[ -z $death_signal ]]; then
    SERVER_COMMAND=(setsid)
  fi
}

# own_by ACCOUNT PATH…: as root, gives files and folders to the account that will use them.
own_by() { if ((EUID == 0)); then chown -R "$1:" "${@:2}"; fi; }

# The program as it is released, which tests and bench run: more than a hundred times, so that it pays to compile it beforehand.
PROGRAM=artifacts/program/BackupApp.dll
release_program() {
  local architecture=x64
  [[ $(uname -m) = aarch64 ]] && architecture=arm64
  dotnet publish BackupApp -c Release -r "linux-$architecture" -p:RunAnalyzersDuringBuild=false -v q -nologo -o "${PROGRAM%/*}"
  export BACKUPAPP_TEST_PROGRAM=$PWD/$PROGRAM
}
