using System.Globalization;
using System.Net;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>A connection as Npgsql is told of it.</summary>
internal static class PostgresSettings
{
    private const int KeepAliveSeconds = 60; // Below the five minutes after which common NAT gateways forget a silent connection.

    public static NpgsqlConnectionStringBuilder Of(DatabaseConnection connection, IPAddress address, TimeSpan limit)
    {
        var parameters = connection.Parameters;
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = address.ToString(),
            Port = connection.Port,
            Database = connection.Database,
            Username = connection.Username,
            Timeout = (int)Math.Ceiling(limit.TotalSeconds) + 1, // The token ends it first.
            CommandTimeout = (int)Math.Ceiling(limit.TotalSeconds),
            ApplicationName = parameters.GetValueOrDefault("application_name", "BackupApp"),
            Pooling = false,
            Enlist = false,
            GssEncryptionMode = GssEncryptionMode.Disable,
            TcpKeepAlive = true,
            TcpKeepAliveTime = Seconds(parameters, "keepalives_idle"),
            TcpKeepAliveInterval = Seconds(parameters, "keepalives_interval"),
        };
        settings.ChannelBinding = Enum.Parse<Npgsql.ChannelBinding>(connection.Security.ChannelBinding.ToString());
        if (connection.GuardsPassword())
            settings.RequireAuth = PostgresAttempt.ProvedOnly;
        return settings;
    }

    private static int Seconds(IReadOnlyDictionary<string, string> parameters, string name) =>
        parameters.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : KeepAliveSeconds;
}
