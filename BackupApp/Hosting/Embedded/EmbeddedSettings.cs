namespace BackupApp.Hosting.Embedded;

/// <summary>
/// postgresql.conf of the embedded server: a small database that must not lose anything and leaves the machine to the backups.
/// </summary>
internal static class EmbeddedSettings
{
    public static string Text(string socketFolder) =>
        $"""
        # Written by BackupApp at every start; changes made here are lost.

        # Reachable through the private socket only.
        listen_addresses = ''
        port = {SocketFolder.Port}
        unix_socket_directories = '{socketFolder}'
        unix_socket_permissions = 0700
        password_encryption = 'scram-sha-256'

        # The app's pool holds 50; the rest is for people with psql.
        max_connections = 120

        # Durable.
        fsync = on
        synchronous_commit = on
        full_page_writes = on

        # Small.
        shared_buffers = 64MB
        maintenance_work_mem = 32MB
        min_wal_size = 32MB
        max_wal_size = 256MB
        max_wal_senders = 0
        max_logical_replication_workers = 0
        autovacuum_max_workers = 2
        jit = off
        # Each look is a process for each database: a quarter of what an idle server cost.
        autovacuum_naptime = 5min

        # A container's /dev/shm has 64 MB, or is missing. Without parallel queries dynamic shared memory is
        # a few hundred KB of statistics, which cost nothing as files of the cluster. A killed server leaves none behind there.
        max_parallel_workers = 0
        max_parallel_workers_per_gather = 0
        max_parallel_maintenance_workers = 0
        dynamic_shared_memory_type = mmap

        # To standard error, which pg_ctl appends to the log file.
        logging_collector = off
        log_destination = 'stderr'
        log_min_messages = warning
        log_checkpoints = off
        log_line_prefix = '%m [%p] %q%u@%d '
        log_timezone = 'UTC'
        lc_messages = 'C'

        timezone = 'UTC'
        datestyle = 'iso, mdy'
        default_text_search_config = 'pg_catalog.simple'

        """;
}
