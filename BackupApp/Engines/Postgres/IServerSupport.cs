namespace BackupApp.Engines.Postgres;

/// <summary>Which servers the installed dump tools can read.</summary>
public interface IServerSupport
{
    /// <param name="major">A PostgreSQL major version, for example 15.</param>
    bool CanDump(int major);

    /// <summary>The installed versions for people, for example <c>pg_dump 13, 15 and 16</c>.</summary>
    string Installed { get; }
}
