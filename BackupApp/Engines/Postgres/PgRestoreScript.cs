using System.Globalization;
using System.Text;
using BackupApp.Streams;
using BackupApp.Tools;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// The script that restores a whole server: checks first, then roles and tablespaces, then each database under its own name.
/// </summary>
internal static class PgRestoreScript
{
    private const string Functions = "restore-server.sh";

    public static string Of(RestorableRun run)
    {
        var script = new StringBuilder();
        script.Append(CultureInfo.InvariantCulture, $"""
        #!/usr/bin/env bash
        # Restores the server {ShellWord.Quote(run.Source)} as it was at {run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.
        # Backup job {run.JobId}, PostgreSQL {ShellWord.Quote(run.ServerVersion)}.
        # Run it with bash beside the downloaded files, or where it lies in a copy of the bucket, as a superuser of the new server. That is
        # named as for PostgreSQL's own programs, by PGHOST, PGPORT, PGUSER and PGPASSWORD. Before it changes anything it checks every file
        # and that no database exists.
        {(run.Missing.Count == 0 ? "" : $"# Not in this backup: {string.Join(", ", run.Missing.Select(ShellWord.Quote))}\n")}
        """);
        script.Append(ReadFunctions()).Append('\n');
        foreach (var part in run.Parts)
            script.Append(
                CultureInfo.InvariantCulture,
                $"part {Words(Name(part), part.File.Name, part.Path, part.Sha256, Unpacker(part.File.Form))}\n");
        script.Append("check\n");
        for (var n = 0; n < run.Parts.Count; n++)
            script.Append(CultureInfo.InvariantCulture, $"{Restore(run.Parts[n], n)}\n");
        if (run.Missing.Count > 0)
            script.Append(
                CultureInfo.InvariantCulture,
                $"printf 'This backup does not hold %s\\n' {Words([.. run.Missing.Select(ShellWord.Show)])}\n");
        return script.Append("finish\n").ToString();
    }

    private static string Words(params string[] words) => string.Join(' ', words.Select(ShellWord.Quote));

    private static string Restore(RestorablePart part, int number)
    {
        if (part.Target.Kind == ArtifactKind.Globals)
            return string.Create(CultureInfo.InvariantCulture, $"globals {number}");
        var restore = string.Create(CultureInfo.InvariantCulture, $"database {number}");
        if (part.Traits?.Tablespace is not { } tablespace)
            return restore;
        var plain = PgRestoreText.Make(ShellWord.Quote(part.Target.Database), "content \"$1\"", part.Traits, "--no-tablespaces");
        return string.Create(CultureInfo.InvariantCulture, $"plain_{number}() {{ {plain}; }}\n{restore} {ShellWord.Quote(tablespace)}");
    }

    // Without an argument it reads its input.
    private static string Unpacker(StoredForm form) => form.IsGzip ? "gunzip" : "cat";

    // The globals are no database, and none can be called by nothing.
    private static string Name(RestorablePart part) => part.Target.Kind == ArtifactKind.Globals ? "" : part.Target.Database;

    private static string ReadFunctions()
    {
        using var stream = typeof(PgRestoreScript).Assembly.GetManifestResourceStream(Functions);
        using var text = new StreamReader(stream ?? throw new InvalidOperationException($"{Functions} is not built in."));
        return text.ReadToEnd();
    }
}
