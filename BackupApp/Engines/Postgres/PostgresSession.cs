using System.Data;
using System.Net;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>One open login. Dispose closes it.</summary>
/// <param name="Address">
/// The server's address, already checked: a tool that follows should connect to it (<c>PGHOSTADDR</c>) and not resolve the name again.
/// </param>
/// <param name="Encrypted">This end's socket speaks TLS, whoever ends it: the server or a proxy before it.</param>
/// <param name="Verified">The certificate was checked against a trusted authority.</param>
public sealed record PostgresSession(NpgsqlConnection Connection, NpgsqlDataSource Source, IPAddress Address, bool Encrypted, bool Verified)
    : IAsyncDisposable
{
    private const int EndSeconds = 2;

    private bool _begun;

    /// <summary>
    /// Begins the transaction in which all questions are asked, without the time limits that the role or the database sets.
    /// </summary>
    internal async Task BeginAsync(CancellationToken cancellationToken)
    {
        _begun = true;
        await using var command = new NpgsqlCommand(PostgresLimits.Begin(Connection), Connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Ends it, so that a pooler can give the server connection to others.</summary>
    internal async Task RollbackAsync(CancellationToken cancellationToken)
    {
        _begun = false;
        await using var command = new NpgsqlCommand("ROLLBACK", Connection) { CommandTimeout = EndSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_begun && Connection.FullState == ConnectionState.Open)
            await EndAsync();
        await Connection.DisposeAsync();
        await Source.DisposeAsync();
    }

    public override string ToString() => $"session with {Address}";

    /// <summary>Ends the transaction, if it can. A pooler throws away the server connection of a client that leaves within one.</summary>
    internal async Task EndAsync()
    {
        _begun = false;
        try
        {
            await RollbackAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            return; // It is closed next.
        }
    }
}
