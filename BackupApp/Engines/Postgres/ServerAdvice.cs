namespace BackupApp.Engines.Postgres;

/// <summary>
/// What to do about the errors that servers usually give to a backup. Where a server speaks another language, its own
/// HINT, which is kept, has to do: only names of settings and PostgreSQL's internal errors are the same everywhere.
/// </summary>
internal static class ServerAdvice
{
    private static readonly (string Words, string Advice)[] Known =
    [
        ("max_locks_per_transaction",
            "A dump locks all its tables at once, and the server's table of locks is too small for them: "
            + "raise max_locks_per_transaction and restart the server, or back up some schemas by a data source of their own."),
        ("conflict with recovery",
            "The standby had to go on with what its primary sends: set hot_standby_feedback = on there, "
            + "or raise max_standby_streaming_delay above the length of a backup, or back up the primary."),
        ("invalid memory alloc request size", LargeRow),
        ("string buffer exceeds maximum", LargeRow),
        ("Cannot enlarge string buffer", LargeRow),
        ("could not resize shared memory segment",
            "The server has too little shared memory for a parallel query. "
            + "In a container raise --shm-size (64 MB by default); or set max_parallel_workers_per_gather = 0 for this role."),
        ("No space left on device", "The disk of the database server is full, not the destination's: make room there."),
        ("row-level security policy", "Row-level security hides rows from this role. As superuser run: ALTER ROLE … BYPASSRLS for it."),
        ("permission denied",
            "The role may not read all that is to be backed up. "
            + "The data source's connection test names what is missing with the GRANT that mends it; pg_read_all_data opens all tables."),
        ("canceling statement due to statement timeout", Locked), // pg_dump sets it for LOCK TABLE only.
        ("canceling statement due to lock timeout", Locked),
        ("invalid page in block", Damaged),
        ("missing chunk number", Damaged),
        ("unexpected chunk number", Damaged),
        ("pglz data is corrupt", Damaged),
    ];

    private const string Locked =
        "Somebody held a lock on the table for longer than a backup waits for it: "
        + "a migration, or a session that was left open in its transaction.";

    private const string LargeRow =
        "A row is too large to be read: as text it exceeds 1 GB, the server's limit for a message. "
        + "Find it by octet_length of its columns and split it, or back up the table without its rows.";

    private const string Damaged =
        "The database's files are damaged at this place: restore the table from an earlier backup, or save the readable rows by hand. "
        + "Keep the earlier backups.";

    /// <param name="error">A server's message with its DETAIL and HINT.</param>
    /// <returns>Null where there is nothing to add to it.</returns>
    public static string? Of(string error) => Known.FirstOrDefault(k => error.Contains(k.Words, StringComparison.Ordinal)).Advice;
}
