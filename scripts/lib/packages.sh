# shellcheck shell=bash
# Installs what is missing from the distribution's packages (Debian, Ubuntu). Nothing is started and no database cluster is made.

# require_packages REQUIREMENT…: each is one of the names below. Asks apt only when something is missing.
require_packages() {
  local requirement packages missing=()
  for requirement in "$@"; do
    if ! requirement_met "$requirement"; then
      read -ra packages <<<"$(packages_of "$requirement")"
      missing+=("${packages[@]}")
    fi
  done
  ((${#missing[@]})) || return 0
  install_packages "${missing[@]}"
  for requirement in "$@"; do
    requirement_met "$requirement" || die "$requirement is still missing after installing: ${missing[*]}"
  done
}

requirement_met() {
  case $1 in
    postgresql) [[ -n $(postgres_bin) ]] ;;
    pooler) [[ -x /usr/sbin/pgbouncer ]] ;;
    proxy) [[ -x /usr/sbin/nginx ]] && have caddy ;;
    s3) have radosgw radosgw-admin ceph ceph-mon ceph-osd monmaptool ;;
    chromium) [[ -n $(chromium_path) ]] ;;
    front-end) have node npm ;;
    bench) have aws pigz taskset ;;
    compressor) PATH=$PATH:/usr/sbin:/sbin ldconfig -p | grep -F libisal.so.2 >/dev/null ;;
    tools) have curl gzip setsid setpriv od sed awk python3 ;;
  esac
}

packages_of() {
  case $1 in
    postgresql) echo postgresql postgresql-contrib ;;
    pooler) echo pgbouncer ;;
    proxy) echo nginx-light caddy ;;
    s3) echo radosgw ceph-mon ceph-osd ceph-common ;;
    chromium) echo chromium-headless-shell fonts-liberation ;;
    front-end) echo nodejs npm ;;
    bench) echo awscli pigz util-linux ;;
    compressor) echo libisal2 ;;
    tools) echo curl gzip util-linux coreutils sed gawk python3 ca-certificates ;;
  esac
}

have() {
  local name
  for name in "$@"; do command -v "$name" >/dev/null || return 1; done
}

# The folder of the newest PostgreSQL server on this machine; empty without one.
postgres_bin() {
  local found
  found=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
  if [[ -x $found ]]; then
    dirname "$found"
  elif have initdb postgres pg_isready; then
    dirname "$(command -v initdb)"
  fi
}

distribution() { (. /etc/os-release; echo "$ID"); }

# A browser: the one that was named, the system's, or one that Playwright fetched earlier; empty without one. The headless shell
# comes first: without windows of its own it takes half the time. Ubuntu's own chromium is a snap, which cannot see the tests'
# temporary folders.
chromium_path() {
  local name path
  for name in "${BACKUPAPP_TEST_CHROMIUM:-chromium-headless-shell}" chromium google-chrome-stable google-chrome \
    "$PWD"/artifacts/browsers/chromium-*/chrome-linux*/chrome; do
    path=$(command -v "$name") || continue
    [[ $(readlink -f "$path") != */snap* ]] || continue
    echo "$path"
    return
  done
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "run this as root, or install sudo: $*"
  fi
}

install_packages() {
  say "installing $*"
  as_root bash -s -- "$@" >&2 <<'ROOT'
    set -euo pipefail
    export DEBIAN_FRONTEND=noninteractive
    undo=()
    trap '((${#undo[@]} == 0)) || rm -f -- "${undo[@]}"' EXIT

    # Packages of servers start them at once: not wanted here, they are only programs to us.
    if [[ ! -e /usr/sbin/policy-rc.d ]]; then
      printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
      chmod 755 /usr/sbin/policy-rc.d
      undo+=(/usr/sbin/policy-rc.d)
    fi
    # Debian's postgresql would make a cluster "main" on port 5432.
    if [[ ! -e /etc/postgresql-common/createcluster.d/backupapp.conf ]]; then
      mkdir -p /etc/postgresql-common/createcluster.d
      echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/backupapp.conf
      undo+=(/etc/postgresql-common/createcluster.d/backupapp.conf)
    fi
    # Those that a restart of the machine would start.
    unwanted=()
    for service in ceph-crash pgbouncer nginx; do
      [[ -e /lib/systemd/system/$service.service ]] || unwanted+=("$service")
    done

    apt-get -q -o DPkg::Lock::Timeout=300 update
    apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install -y --no-install-recommends "$@" </dev/null
    for service in "${unwanted[@]}"; do
      [[ ! -e /lib/systemd/system/$service.service ]] || ! command -v systemctl >/dev/null || systemctl --quiet disable "$service" || true
    done
ROOT
}
