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
            username is { Length: > 0 } && GrantText.Of(username, job.ServerVersion) is { } grant
                ? new(what, "As superuser run, so that it may read everything:", grant)
                : new(what),
            code,
            true);
    }

    [GeneratedRegex(@"permission denied for (large object|foreign table|\w+) \S+", RegexOptions.None, 1000)]
    private static partial Regex Denied();
}

/// <summary>The one grant that opens all tables to a login, where the server has it.</summary>
public static partial class GrantText
{
    /// <summary>Null for older servers.</summary>
    public static string? Of(string username, string? serverVersion) =>
        Major().Match(serverVersion ?? "") is { Success: true } match
        && int.Parse(match.Value, CultureInfo.InvariantCulture) >= PostgresRights.PgReadAllDataMajor
            ? $"GRANT pg_read_all_data TO {ServerRefusal.Quote(username)};"
            : null;

    [GeneratedRegex(@"^\d{1,4}", RegexOptions.None, 1000)]
    private static partial Regex Major();
}
