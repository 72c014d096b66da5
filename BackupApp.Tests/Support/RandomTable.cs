using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace BackupApp.Tests.Support;

/// <summary>A table of random text: about as large in a dump as it is asked to be, and three quarters of that when compressed.</summary>
public static class RandomTable
{
    private const int RowBytes = 1024 * 1024;

    public static async Task FillAsync(string connectionString, int megabytes)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        // In one transaction with its creation, so that a server that need not log the rows does not.
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var create = new NpgsqlCommand(
            "CREATE TABLE noise (n int PRIMARY KEY, words text NOT NULL); ALTER TABLE noise ALTER words SET STORAGE EXTERNAL",
            connection))
            await create.ExecuteNonQueryAsync();
        await using (var rows = await connection.BeginTextImportAsync("COPY noise FROM STDIN"))
        {
            for (var n = 0; n < megabytes; n++)
                await rows.WriteAsync(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{n}\t{Convert.ToBase64String(RandomNumberGenerator.GetBytes(RowBytes * 3 / 4))}\n"));
        }
        await transaction.CommitAsync();
    }
}
