namespace BackupApp.Engines;

/// <summary>The kinds of database that can be backed up. Stored and published in lower case (<c>postgres</c>, <c>mongodb</c>).</summary>
public enum Engine
{
    Postgres,
    Mongodb,
}
