namespace BackupApp.Engines.Postgres.Archives;

/// <summary>Why the rows of a table were not counted.</summary>
internal static class UncountedRows
{
    public static string Why(ArchiveHeader header, TableFigures table)
    {
        if (header.IsCompressed)
            return "Rows cannot be counted where pg_dump itself has compressed them.";
        return table.IsCopied
            ? $"The rows of {table.Schema}.{table.Name} do not end as COPY's do."
            : "Rows cannot be counted that were dumped as INSERT commands.";
    }
}
