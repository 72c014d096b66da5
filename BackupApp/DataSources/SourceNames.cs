using BackupApp.Engines;

namespace BackupApp.DataSources;

/// <summary>What to call a source whose name nobody has given: after its database. Pure.</summary>
public static class SourceNames
{
    // Room for a number behind it.
    private const int Longest = DataSourceInput.MaxName - 10;

    // They are called so everywhere, and say nothing.
    private static readonly string[] Common =
        ["postgres", "defaultdb", "admin", "test", "app", "db", "database", "neondb", "railway", "verceldb", "template1"];

    /// <param name="taken">Names of sources, whatever their capitals.</param>
    public static string Suggest(DatabaseConnection connection, SourceScope scope, IReadOnlyCollection<string> taken)
    {
        var host = HostWord(connection.Host);
        var database = scope == SourceScope.Server ? "" : connection.Database;
        string[] names = database.Length == 0 ? [host]
            : Common.Contains(database, StringComparer.OrdinalIgnoreCase) ? [$"{database} on {host}"]
            : [database, $"{database} on {host}"];
        var free = names.Select(Fit).FirstOrDefault(name => !IsTaken(name));
        return free ?? Enumerable.Range(2, int.MaxValue - 2).Select(n => $"{Fit(names[^1])} {n}").First(name => !IsTaken(name));

        bool IsTaken(string name) => taken.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    // db1.acme.lan is db1 to the people there; of an address all of it counts.
    private static string HostWord(string host) =>
        Uri.CheckHostName(host) is UriHostNameType.Dns ? host.Split('.')[0] : host;

    private static string Fit(string name)
    {
        var plain = string.Concat(name.Where(c => !char.IsControl(c))).Trim();
        return plain.Length <= Longest ? plain : plain[..Longest];
    }
}
