set -uo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")" || exit 1
# What a database or a role has set for itself must not stop its own restore.
export PGOPTIONS="${PGOPTIONS:-} -c default_transaction_read_only=off -c role=none"
names=() files=() unpackers=() failed=()

stop() {
  printf '%s\n' "$@" 'Nothing was changed.' >&2
  exit 1
}

sql() { PGCLIENTENCODING=UTF8 psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$1" "${@:2}"; }

# there KIND NAME: whether the server has such a database or tablespace.
there() {
  local query="SELECT 1 FROM pg_database WHERE datname = :'name'"
  [[ $1 == database ]] || query="SELECT 1 FROM pg_tablespace WHERE spcname = :'name'"
  [[ $(printf '%s\n' "$query" | sql template1 --set=name="$2") == 1 ]]
}

sum() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi < "$1"; }

# content NUMBER: what the tool had written into that part.
content() { "${unpackers[$1]}" < "${files[$1]}"; }

# part NAME DOWNLOAD PATH SHA256 UNPACKER: its file is here by the name of the download, or by its path or its name in
# the bucket, and is what was stored.
part() {
  local path
  for path in "$2" "$3" "${3##*/}"; do
    [[ -f $path ]] || continue
    [[ $(sum "$path") == "$4 "* ]] || stop "$path is not what was stored: its SHA-256 differs. Download it again."
    names+=("$1") files+=("$path") unpackers+=("$5")
    return
  done
  stop "$2 is missing. Download all files of this backup into the folder of this script."
}

check() {
  local name found=()
  [[ $(sql template1 --command='SELECT 1') == 1 ]] ||
    stop 'There is no connection to a server: name it by PGHOST, PGPORT, PGUSER and PGPASSWORD.'
  for name in "${names[@]}"; do
    if [[ $name != postgres ]] && there database "$name"; then found+=("$(printf %q "$name")"); fi
  done
  [[ ${#found[@]} == 0 ]] ||
    stop "The server has these databases already: ${found[*]}" 'Rename or drop them there, or restore to another server.'
}

# The login that this runs by keeps its password: with that of the old server it could not go on.
globals() {
  local log errors
  printf '%s\n' 'Roles and tablespaces'
  log=$(mktemp) || exit 1
  {
    printf '%s\n' "SELECT coalesce(rolpassword, '') AS password FROM pg_authid WHERE rolname = current_user \gset my_"
    content "$1"
    printf '%s\n' '\if :{?my_password}' "SELECT format('ALTER ROLE CURRENT_USER PASSWORD %L', nullif(:'my_password', '')) \gexec" '\endif'
  } | PGCLIENTENCODING=UTF8 psql --no-psqlrc --quiet --set=VERBOSITY=verbose --dbname=template1 --file=- > "$log" 2>&1 ||
    failed+=('roles and tablespaces')
  # Not counted is 42710: it exists, as the superuser does on every server. What the backup says of it is set all the same.
  errors=$(grep -E '^psql:[^:]*:[0-9]+: [^:]+:  [0-9A-Z]{5}: ' "$log" | grep -vE ':  (42710|0[0-2][0-9A-Z]{3}): ')
  rm -f -- "$log"
  [[ -z $errors ]] || { printf '%s\n' "$errors" >&2; failed+=('roles and tablespaces'); }
}

# database NUMBER [TABLESPACE]: where the tablespace is missing, plain_NUMBER restores without it.
database() {
  local name=${names[$1]}
  printf 'Database %q\n' "$name"
  if [[ $name != postgres ]] && there database "$name"; then
    printf '  It has been made by somebody else meanwhile.\n' >&2
    failed+=("$(printf %q "$name")")
    return
  fi
  if [[ -n ${2:-} ]] && ! there tablespace "$2"; then
    printf '  The server has no tablespace %q: the default one is used.\n' "$2"
    "plain_$1" "$1" || failed+=("$(printf %q "$name")")
    return
  fi
  [[ $name != postgres ]] || set_aside || { failed+=(postgres); return; }
  content "$1" | pg_restore --create --dbname=template1 || failed+=("$(printf %q "$name")")
  [[ $name != postgres ]] || clear_aside
}

# Every server has a database postgres from the start. It makes room, and goes when it turns out to be empty.
set_aside() {
  aside=postgres_before_$$
  ! there database postgres || sql template1 --command="ALTER DATABASE postgres RENAME TO $aside"
}

clear_aside() {
  local empty='SELECT NOT EXISTS (SELECT FROM (SELECT oid FROM pg_class UNION ALL SELECT oid FROM pg_proc UNION ALL SELECT oid FROM pg_type
    UNION ALL SELECT oid FROM pg_namespace UNION ALL SELECT oid FROM pg_extension
    UNION ALL SELECT oid FROM pg_largeobject_metadata) o WHERE oid >= 16384)'
  there database "$aside" || return
  if ! there database postgres; then
    sql template1 --command="ALTER DATABASE $aside RENAME TO postgres"
  elif [[ $(sql "$aside" --command="$empty") == t ]]; then
    sql template1 --command="DROP DATABASE $aside"
  else
    printf '  The database postgres that was here is now called %s.\n' "$aside"
  fi
}

finish() {
  if [[ ${#failed[@]} != 0 ]]; then
    printf 'Not everything could be restored; the errors are above: %s\n' "${failed[*]}" >&2
    exit 1
  fi
  printf '%s\n' 'Everything is restored. Have the planner learn about it: vacuumdb --all --analyze-in-stages'
}
