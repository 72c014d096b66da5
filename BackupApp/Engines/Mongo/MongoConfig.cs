using System.Globalization;
using System.Text;

namespace BackupApp.Engines.Mongo;

/// <summary>
/// What mongodump reads by <c>--config</c>: strict YAML of <c>uri</c> and <c>password</c>. The password
/// is not in the URI, because on a failed login the tool prints the URI, and would print it too.
/// </summary>
internal static class MongoConfig
{
    // The tool has taken their milliseconds for seconds, and in other versions not. Our connect stage has kept them.
    private static readonly string[] NotForTheTool = ["connectTimeoutMS", "socketTimeoutMS", "serverSelectionTimeoutMS"];

    // URI options of drivers that mean nothing to a dump, and that versions of the tool read in different ways.
    private static readonly string[] Meaningless =
    [
        "waitQueueTimeoutMS", "minPoolSize", "maxPoolSize", "w", "j", "journal", "wtimeoutMS", "retryWrites",
    ];

    /// <param name="connection">With its members resolved.</param>
    /// <param name="authorities">File of the authority to trust; null for the system's list.</param>
    /// <param name="clientKey">File of the client certificate with its key, or null.</param>
    public static string Write(DatabaseConnection connection, string? authorities, string? clientKey)
    {
        var parameters = connection.Parameters
            .Where(p => !NotForTheTool.Contains(p.Key) && !Meaningless.Contains(p.Key))
            .ToList();
        if (connection.TlsMode != TlsMode.Disable && authorities is not null)
            parameters.Add(new("tlsCAFile", authorities));
        if (connection.TlsMode != TlsMode.Disable && clientKey is not null)
            parameters.Add(new("tlsCertificateKeyFile", clientKey));

        // The database is an argument: here it would limit the dump of a whole server, and name another database to log in at.
        var config = new StringBuilder("uri: ").Append(Quote(MongoUri.Write(connection, "", parameters))).Append('\n');
        if (!string.IsNullOrEmpty(connection.Secrets.Password) && connection.Username.Length > 0)
            config.Append("password: ").Append(Quote(connection.Secrets.Password)).Append('\n');
        return config.ToString();
    }

    /// <summary>A text as YAML's double quotes hold it.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
                quoted.Append('\\').Append(rune);
            else if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF)
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
            else
                quoted.Append(rune);
        }

        return quoted.Append('"').ToString();
    }
}
