namespace BackupApp.Tests.Support;

/// <summary>What a database holds, as text that is equal for equal databases.</summary>
public static class DatabaseContent
{
    /// <summary>The schema as pg_dump writes it, and one line for each table with a checksum of its rows.</summary>
    /// <param name="server">Environment of PostgreSQL's own tools.</param>
    public static async Task<(string Schema, string Content)> DescribeAsync(Dictionary<string, string> server, string database)
    {
        // Newer minor versions write a random word that guards against injection.
        var (exitCode, schema) = await Shell.RunAsync(
            "bash", ["-c", "set -o pipefail; pg_dump -s | grep -vE '^.(un)?restrict '"], In(server, database));
        Assert.True(exitCode == 0, schema);
        return (schema, await PsqlAsync(server, database, "database-fingerprint.sql"));
    }

    /// <param name="script">In scripts/lib.</param>
    public static async Task<string> PsqlAsync(Dictionary<string, string> server, string database, string script)
    {
        var (exitCode, output) = await Shell.RunAsync(
            "psql",
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", Path.Combine(Repository.Root, "scripts", "lib", script)],
            In(server, database));
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static Dictionary<string, string> In(Dictionary<string, string> server, string database) =>
        new(server) { ["PGDATABASE"] = database };
}
