using System.Net;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>One open login. Dispose closes it.</summary>
/// <param name="Address">The server's address, already checked: a tool that follows should connect to it (<c>PGHOSTADDR</c>) and not resolve the name again.</param>
/// <param name="Encrypted">This end's socket speaks TLS, whoever ends it: the server or a proxy before it.</param>
/// <param name="Verified">The certificate was checked against a trusted authority.</param>
public sealed record PostgresSession(NpgsqlConnection Connection, NpgsqlDataSource Source, IPAddress Address, bool Encrypted, bool Verified)
    : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await Source.DisposeAsync();
    }

    public override string ToString() => $"session with {Address}";
}
