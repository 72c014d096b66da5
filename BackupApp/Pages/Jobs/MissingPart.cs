using System.Globalization;
using System.Text.RegularExpressions;
using BackupApp.Backups;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;

namespace BackupApp.Pages.Jobs;

/// <summary>A part of a backup that is not there, and what mends that.</summary>
/// <param name="AsksForTest">The connection test names what is missing: run it.</param>
public sealed partial record MissingPart(string Name, Fix Fix, string? Code, bool AsksForTest)
{
    /// <param name="username">Of the source's login; null where it is not known.</param>
    public static IReadOnlyList<MissingPart> Of(BackupJob job, string? username) =>
    [
        .. job.Artifacts.Where(a => a.Status is not ArtifactStatus.Success).OrderBy(a => a.Position).Select(a => Of(
            NameOf(a), a.ErrorSummary, a.ErrorCode, job, username)),
    ];

    /// <summary>Of a part, for people.</summary>
    public static string NameOf(BackupArtifact part) =>
        part.Kind == ArtifactKind.Globals ? "Roles and tablespaces" : part.ShownDatabase;

    /// <summary>Of the failure of a whole job.</summary>
    public static MissingPart OfJob(BackupJob job, string? username) =>
        Of(job.DataSourceName, job.ErrorSummary, job.ErrorCode, job, username);

    private static MissingPart Of(string name, string? error, string? code, BackupJob job, string? username)
    {
        var fix = Fix.OfFailure(error ?? "It was not begun.");
        if (job.Engine != Engine.Postgres || fix.Statement is not null || Denied().Match(fix.What) is not { Success: true } denied)
            return new(name, fix, code, false);
        // The whole of it is in the tool's log.
        var login = string.IsNullOrEmpty(username) ? "The login" : $"The login \"{username}\"";
        var what = $"{login} may not read all of it: {denied.Value}.";
        return new(
            name,
            username switch
            {
                not { Length: > 0 } => new(what),
                _ when GrantText.Of(username, job.ServerVersion) is { } all
                    => new(what, "As superuser run, so that it may read everything:", all),
                _ when GrantText.OfSchema(username, error ?? "") is { } schema
                    => new(what, "As superuser, or as the owner, run in this database, so that it may read all of the schema:", schema),
                _ => new(what),
            },
            code,
            true);
    }

    [GeneratedRegex(@"permission denied for (large object|foreign table|\w+) \S+", RegexOptions.None, 1000)]
    private static partial Regex Denied();
}

/// <summary>The grants that open tables to a login.</summary>
public static partial class GrantText
{
    // As pg_dump writes a name in a statement: quoted where it has to be.
    private const string Name = "(?:\"(?:[^\"]|\"\")+\"|[\\w$]+)";

    /// <summary>Of one schema, which what pg_dump was refused names; null where it does not.</summary>
    /// <param name="error">With the query that was refused.</param>
    public static string? OfSchema(string username, string error)
    {
        if (Schema().Match(error) is not { Success: true } found)
            return null;
        var login = ServerRefusal.Quote(username);
        var schema = found.Groups["plain"] is { Success: true } plain ? ServerRefusal.Quote(plain.Value) : found.Groups["schema"].Value;
        return $"GRANT USAGE ON SCHEMA {schema} TO {login}; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {login}; "
            + $"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {login};";
    }

    /// <summary>Of all there is, where the server has that; null for older servers.</summary>
    public static string? Of(string username, string? serverVersion) =>
        Major().Match(serverVersion ?? "") is { Success: true } match
        && int.Parse(match.Value, CultureInfo.InvariantCulture) >= PostgresRights.PgReadAllDataMajor
            ? $"GRANT pg_read_all_data TO {ServerRefusal.Quote(username)};"
            : null;

    // Tables are locked before they are read; a sequence is read by itself; of a schema the refusal has the name, bare.
    [GeneratedRegex(
        $@"LOCK TABLE (?:ONLY )?(?<schema>{Name})\.|last_value\b.{{0,80}} FROM (?<schema>{Name})\.|for schema (?<plain>[\w$]+)$",
        RegexOptions.Singleline, 1000)]
    private static partial Regex Schema();

    [GeneratedRegex(@"^\d{1,4}", RegexOptions.None, 1000)]
    private static partial Regex Major();
}
