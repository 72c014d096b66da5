using System.Net.Sockets;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL;

namespace BackupApp.Data;

/// <summary>
/// Tries again while the database is away: 60 times, 10 s apart at the most, which is about nine minutes and longer
/// than a restart or a fail-over takes. For what must not be lost; a page in a browser fails at once instead.
/// </summary>
public sealed class PatientStrategy(AppDbContext db) : NpgsqlRetryingExecutionStrategy(db, 60, TimeSpan.FromSeconds(10), ShutdownStates)
{
    private static readonly string[] ShutdownStates =
    [
        PostgresErrorCodes.AdminShutdown,
        PostgresErrorCodes.CrashShutdown,
        PostgresErrorCodes.CannotConnectNow,
        OwnConnections.PausedTooLong,
    ];

    // The context's own strategy wraps what it would have had retried.
    protected override bool ShouldRetryOn(Exception? exception)
    {
        var cause = exception is InvalidOperationException { InnerException: { } inner } ? inner : exception;
        // A name that does not resolve, as while its container starts again, comes as the socket says it.
        return cause is SocketException || base.ShouldRetryOn(cause);
    }
}
