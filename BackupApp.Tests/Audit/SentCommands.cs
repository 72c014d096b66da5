using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace BackupApp.Tests.Audit;

/// <summary>Remembers the last query that was sent, so that the server can be asked how it goes about it.</summary>
internal sealed class SentCommands : DbCommandInterceptor
{
    private string _text = "";
    private NpgsqlParameter[] _parameters = [];

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        _text = command.CommandText;
        _parameters = [.. command.Parameters.Cast<NpgsqlParameter>().Select(p => p.Clone())];
        return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
    }

    /// <summary>The plan as JSON on one line.</summary>
    public async Task<string> ExplainLastAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("explain (format json) " + _text, connection);
        command.Parameters.AddRange(_parameters);
        var plan = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        return string.Join(' ', plan.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
