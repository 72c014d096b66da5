using BackupApp.Tools;

namespace BackupApp.Engines.Postgres;

/// <summary>What pg_dump and pg_dumpall say, and what is to be done about it.</summary>
internal sealed class PgDumpWords : IToolWords
{
    public string? Advise(string failure) => ServerAdvice.Of(failure);
}
