# shellcheck shell=bash
# A real S3 server on loopback: Ceph's object gateway over one monitor and one storage daemon that keeps everything in memory.
# Needs common.sh and packages.sh. It lives in one folder and leaves the machine's own Ceph, if there is one, alone.

S3_PIDS=()

# s3_start DIR: sets S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY and S3_PIDS.
s3_start() {
  local dir=$1 attempt
  server_command ceph KILL
  for attempt in 1 2 3; do
    s3_launch "$dir" && return
    s3_stop
    ((attempt < 3)) || { tail -n 20 "$dir"/log/* >&2; die "the S3 server does not start; the end of its logs is above"; }
  done
}

s3_launch() {
  local dir=$1 gateway_port monitor_port
  gateway_port=$(free_port) monitor_port=$(free_port)
  rm -rf "$dir"
  mkdir -p "$dir"/{monitor,storage,run,log}
  S3_PIDS=()
  s3_config "$dir" "$gateway_port" "$monitor_port" >"$dir/ceph.conf"
  own_by ceph "$dir"
  s3_start_monitor "$dir" "$monitor_port" && s3_start_storage "$dir" && s3_create_user "$dir" && s3_start_gateway "$dir" "$gateway_port"
}

# One copy of everything, a key "testkey-1" for encryption at rest, no authentication between the parts (nothing listens
# beyond loopback), no waiting for peers that do not exist.
s3_config() {
  local dir=$1 gateway_port=$2 monitor_port=$3
  S3_CLUSTER=$(</proc/sys/kernel/random/uuid)
  cat <<CONFIG
[global]
fsid = $S3_CLUSTER
mon_host = v1:127.0.0.1:$monitor_port
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr2 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
run_dir = $dir/run
admin_socket = $dir/run/\$name.sock
log_file = $dir/log/\$name.log
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
mon_data_avail_warn = 2
mon_data_avail_crit = 1
paxos_propose_interval = 0.05
paxos_min_wait = 0.02
[mon.a]
mon_data = $dir/monitor
[osd]
osd_data = $dir/storage
osd_objectstore = memstore
osd_class_dir = $(s3_class_folder)
memstore_device_bytes = 8589934592
osd_class_update_on_start = false
osd_crush_update_on_start = false
[client]
rgw_data = $dir/run
rgw_frontends = beast endpoint=127.0.0.1:$gateway_port tcp_nodelay=1
rgw_crypt_require_ssl = false
rgw_crypt_s3_kms_backend = testing
rgw_crypt_s3_kms_encryption_keys = testkey-1=$(head -c 32 /dev/urandom | base64)
rgw_run_sync_thread = false
rgw_gc_obj_min_wait = 5
rgw_gc_processor_period = 15
CONFIG
}

# Debian 13's build looks for its plug-ins below the working folder, others in different places: the path is always said.
s3_class_folder() {
  local candidate
  for candidate in /usr/lib/rados-classes /usr/lib/*/rados-classes /usr/lib64/rados-classes; do
    if [[ -d $candidate ]]; then echo "$candidate"; fi
  done | tail -n 1
}

s3_start_monitor() {
  local dir=$1 monitor_port=$2
  s3_tool "$dir" monmaptool --create --fsid "$S3_CLUSTER" --addv a "[v1:127.0.0.1:$monitor_port]" "$dir/run/monmap" || return
  s3_tool "$dir" ceph-mon -c "$dir/ceph.conf" --mkfs -i a --monmap "$dir/run/monmap" || return
  "${SERVER_COMMAND[@]}" ceph-mon -c "$dir/ceph.conf" -i a -f >>"$dir/log/monitor.out" 2>&1 </dev/null &
  s3_started $!
}

# The storage daemon's place in the map is given by hand: left to itself it is sometimes not there yet when the first pool is made.
s3_start_storage() {
  local dir=$1 id
  id=$(</proc/sys/kernel/random/uuid)
  s3_tool "$dir" ceph -c "$dir/ceph.conf" --connect-timeout 20 osd new "$id" || return
  s3_tool "$dir" ceph -c "$dir/ceph.conf" --connect-timeout 20 osd crush add osd.0 1 root=default host=local || return
  s3_tool "$dir" ceph-osd -c "$dir/ceph.conf" -i 0 --mkfs --osd-uuid "$id" || return
  "${SERVER_COMMAND[@]}" ceph-osd -c "$dir/ceph.conf" -i 0 -f >>"$dir/log/storage.out" 2>&1 </dev/null &
  s3_started $!
}

# The gateway makes up the keys, so that they are in nobody's command line.
s3_create_user() {
  local dir=$1
  (umask 077; : >"$dir/user.json")
  "${SERVER_COMMAND[@]}" timeout 60 radosgw-admin -c "$dir/ceph.conf" user create --uid=backupapp --display-name=backupapp \
    >"$dir/user.json" 2>>"$dir/log/tools.out" </dev/null || return
  S3_ACCESS_KEY=$(sed -nE 's/^ *"access_key": "([^"]+)".*/\1/p' "$dir/user.json" | head -n 1)
  S3_SECRET_KEY=$(sed -nE 's/^ *"secret_key": "([^"]+)".*/\1/p' "$dir/user.json" | head -n 1)
  [[ -n $S3_ACCESS_KEY && -n $S3_SECRET_KEY ]]
}

s3_start_gateway() {
  local dir=$1 gateway_port=$2
  "${SERVER_COMMAND[@]}" radosgw -c "$dir/ceph.conf" -n client.rgw -f >>"$dir/log/gateway.out" 2>&1 </dev/null &
  s3_started $!
  S3_ENDPOINT=http://127.0.0.1:$gateway_port
  wait_until 60 "${S3_PIDS[-1]}" curl -sS -f -o "$dir/run/answer" "$S3_ENDPOINT/" && grep -q ListAllMyBucketsResult "$dir/run/answer"
}

# Disowned, so that bash does not report its end.
s3_started() {
  S3_PIDS+=("$1")
  disown "$1"
}

s3_tool() {
  local dir=$1
  shift
  "${SERVER_COMMAND[@]}" timeout 60 "$@" >>"$dir/log/tools.out" 2>&1 </dev/null
}

# Nothing in it is worth keeping, and an orderly end of the gateway takes seconds.
s3_stop() {
  local pid
  for pid in "${S3_PIDS[@]}"; do stop_process "$pid" KILL 5; done
  S3_PIDS=()
}
