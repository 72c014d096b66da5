using System.Net.Sockets;
using Npgsql;

namespace BackupApp.Errors;

/// <summary>Tells the application's own database being away from a fault of the application.</summary>
internal static class Unreachable
{
    /// <summary>True for what passes when the database is back; however deep inside, since Entity Framework wraps it.</summary>
    public static bool Is(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is NpgsqlException { IsTransient: true } or TimeoutException or SocketException)
                return true;
        }

        return false;
    }
}
