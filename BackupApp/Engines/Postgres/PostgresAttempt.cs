using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>One login at one address, with libpq's order of encrypted and plain tries.</summary>
internal sealed class PostgresAttempt(
    DatabaseConnection connection, IPAddress address, TlsMaterial material, NpgsqlConnectionStringBuilder settings)
{
    /// <summary>What Npgsql's RequireAuth takes: the ways to prove a password without sending it.</summary>
    public const string ProvedOnly = "ScramSHA256,MD5";

    public IPAddress Address => address;

    /// <summary>Of the last encrypted try.</summary>
    public TlsCheck Check { get; private set; } = new(connection, material);

    public async Task<PostgresSession> OpenAsync(CancellationToken cancellationToken)
    {
        if (connection.TlsMode == TlsMode.Disable)
            return await OpenAsync(encrypted: false, cancellationToken);
        try
        {
            return await OpenAsync(encrypted: true, cancellationToken);
        }
        catch (NpgsqlException e) when (connection.TlsMode == TlsMode.Prefer && MayFallBack(e))
        {
            return await OpenAsync(encrypted: false, cancellationToken);
        }
    }

    /// <summary>One try, encrypted or not, whatever the mode says.</summary>
    public Task<PostgresSession> OpenAsync(bool encrypted, CancellationToken cancellationToken) =>
        OpenAsync(encrypted, settings.RequireAuth, () => connection.Secrets.Password ?? "", cancellationToken);

    /// <summary>
    /// How a server asks for the password that was refused as not being one of <see cref="ProvedOnly"/>. No password is sent to find out.
    /// </summary>
    public async Task<PasswordRequest> AskedForAsync(CancellationToken cancellationToken)
    {
        var encrypted = Check.Reached;
        var asked = false;
        try
        {
            await using var session = await OpenAsync(encrypted, "None", () => "", cancellationToken);
            return PasswordRequest.None;
        }
        catch (NpgsqlException)
        {
            // It does ask.
        }

        try
        {
            await using var session = await OpenAsync(encrypted, "Password", Refuse, cancellationToken);
        }
        catch (NpgsqlException)
        {
            return asked ? PasswordRequest.ClearText : PasswordRequest.Other;
        }
        catch (OperationCanceledException) when (asked)
        {
            return PasswordRequest.ClearText;
        }

        return PasswordRequest.Other;

        string Refuse()
        {
            asked = true;
            throw new OperationCanceledException("The password is not given to a server that asks for it in the clear.");
        }
    }

    private async Task<PostgresSession> OpenAsync(
        bool encrypted, string? requireAuth, Func<string> password, CancellationToken cancellationToken)
    {
        var direct = encrypted && connection.Security.Negotiation == TlsNegotiation.Direct;
        var mine = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            SslMode = encrypted ? SslMode.Require : SslMode.Disable,
            RequireAuth = requireAuth,
            SslNegotiation = direct ? SslNegotiation.Direct : SslNegotiation.Postgres,
        };
        var builder = new NpgsqlDataSourceBuilder(mine.ConnectionString);
        // Given this way, the password is in no connection string, and an empty one stops Npgsql from looking in PGPASSWORD and ~/.pgpass.
        builder.UsePasswordProvider(_ => password(), (_, _) => ValueTask.FromResult(password()));
        // Only built-in types are read; the query for the others is slow.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        if (encrypted)
            builder.UseSslClientAuthenticationOptionsCallback((Check = new TlsCheck(connection, material)).Configure);

        var source = builder.Build();
        try
        {
            var opened = await source.OpenConnectionAsync(cancellationToken);
            return new(opened, source, address, encrypted, encrypted && connection.VerifiesServer());
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    // The server has no TLS or none that both speak, or its rules refuse this login when encrypted. A wrong password is final: Npgsql's own
    // "prefer" would send it again in the clear.
    private static bool MayFallBack(NpgsqlException e) => e switch
    {
        PostgresException refused => refused.SqlState == PostgresErrorCodes.InvalidAuthorizationSpecification,
        _ => e.InnerException is not (SocketException or TimeoutException),
    };
}

/// <summary>How a server asks for a password.</summary>
internal enum PasswordRequest
{
    /// <summary>It lets the login in without.</summary>
    None,

    /// <summary>It wants the password itself.</summary>
    ClearText,

    /// <summary>In a way that is not spoken here.</summary>
    Other,
}
