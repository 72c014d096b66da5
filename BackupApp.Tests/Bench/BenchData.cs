using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Bench;

/// <summary>The databases that are dumped.</summary>
/// <param name="Text">Wide rows of text and JSON, which compress about 3 : 1.</param>
/// <param name="Pgbench">Null where pgbench is not installed.</param>
/// <param name="Noise">Large objects of random bytes, which do not compress.</param>
/// <param name="Small">A fiftieth of the text.</param>
public sealed record BenchData(string Text, string? Pgbench, string Noise, string Small)
{
    private const int NoiseObject = 1_000_000;

    private static readonly string[] Words = [.. Enumerable.Range(0, 4000).Select(Word)];

    /// <summary>Half of it text, a quarter each of the others.</summary>
    public static async Task<BenchData> MakeAsync(TestPostgres postgres, int megabytes)
    {
        BenchReport.Progress($"making {megabytes} MB of data");
        return new(
            await MakeTextAsync(postgres, "text", megabytes / 2),
            await MakePgbenchAsync(postgres, megabytes / 4),
            await MakeNoiseAsync(postgres, megabytes / 4),
            await MakeTextAsync(postgres, "small", Math.Max(2, megabytes / 50)));
    }

    private static async Task<string> MakeTextAsync(TestPostgres postgres, string name, int megabytes)
    {
        var database = await postgres.CreateDatabaseAsync($"bench_{name}");
        await using var connection = await postgres.OpenAsync(database);
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var create = new NpgsqlCommand(
            "CREATE TABLE orders (id bigint PRIMARY KEY, customer text, placed timestamptz, status text, note text, document jsonb)",
            connection))
            await create.ExecuteNonQueryAsync();
        await using (var rows = await connection.BeginTextImportAsync("COPY orders FROM STDIN"))
        {
            var random = new Random(1);
            var row = new StringBuilder();
            for (long written = 0, id = 1; written < megabytes * 1_000_000L; written += row.Length, id++)
            {
                Fill(row.Clear(), id, random);
                await rows.WriteAsync(row);
            }
        }

        await transaction.CommitAsync();
        await postgres.ExecuteAsync("VACUUM (ANALYZE) orders", database); // or the first dump would set the hint bits of every row
        return database;
    }

    // An order as shops keep them: names that repeat, words that follow a usual distribution, numbers and identifiers that do not repeat.
    private static void Fill(StringBuilder row, long id, Random random)
    {
        row.Append(
            CultureInfo.InvariantCulture,
            $"{id}\t{Some(random)} {Some(random)}\t2026-{random.Next(1, 13):00}-{random.Next(1, 29):00} "
            + $"{random.Next(24):00}:{random.Next(60):00}:{random.Next(60):00}+00\t");
        row.Append(random.Next(10) switch { 0 => "returned", < 3 => "open", _ => "delivered" }).Append('\t');
        for (var words = random.Next(10, 40); words > 0; words--)
            row.Append(Some(random)).Append(' ');
        row.Append(CultureInfo.InvariantCulture, $"\t{{\"reference\": \"{random.NextInt64():x16}\", \"currency\": \"EUR\", \"lines\": [");
        for (var lines = random.Next(1, 6); lines > 0; lines--)
        {
            row.Append(
                CultureInfo.InvariantCulture,
                $"{{\"sku\": \"{random.Next(100_000):00000}-{Some(random)}\", \"quantity\": {random.Next(1, 10)}, \"price\": "
                + $"{random.Next(100, 100_000) / 100m}, \"description\": \"{Some(random)} {Some(random)} {Some(random)}\"}}");
            row.Append(lines > 1 ? ", " : "");
        }

        row.Append(
            CultureInfo.InvariantCulture,
            $"], \"address\": {{\"street\": \"{Some(random)} {random.Next(1, 200)}\", \"city\": \"{Some(random)}\", \"zip\": "
            + $"\"{random.Next(10_000, 99_999)}\"}}, \"device\": \"{random.NextInt64():x}\"}}\n");
    }

    // The square prefers the first words, as languages do.
    private static string Some(Random random)
    {
        var place = random.NextDouble();
        return Words[(int)(place * place * Words.Length)];
    }

    private static string Word(int number)
    {
        var random = new Random(number);
        return string.Concat(
            Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => $"{"bcdfghklmnprstvz"[random.Next(16)]}{"aeiou"[random.Next(5)]}{"nrslt"[random.Next(5)]}"));
    }

    private static async Task<string?> MakePgbenchAsync(TestPostgres postgres, int megabytes)
    {
        if (!Commands.Exists("pgbench"))
            return null;
        var database = await postgres.CreateDatabaseAsync("bench_pgbench");
        var environment = new Dictionary<string, string>(postgres.ToolEnvironment) { ["PGDATABASE"] = database };
        // One unit is 100,000 accounts, some 10 MB of a dump.
        var (exitCode, output) = await Shell.RunAsync(
            "pgbench", ["--initialize", "--quiet", $"--scale={Math.Max(1, megabytes / 10)}"], environment);
        return exitCode == 0 ? database : throw new InvalidOperationException(output);
    }

    private static async Task<string> MakeNoiseAsync(TestPostgres postgres, int megabytes)
    {
        var database = await postgres.CreateDatabaseAsync("bench_noise");
        await using var connection = await postgres.OpenAsync(database);
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand("SELECT lo_from_bytea(0, $1)", connection)
        {
            Parameters = { new() { Value = new byte[NoiseObject] } },
        };
        for (var left = megabytes * 1_000_000L; left > 0; left -= NoiseObject)
        {
            RandomNumberGenerator.Fill((byte[])insert.Parameters[0].Value!);
            await insert.ExecuteScalarAsync();
        }

        await transaction.CommitAsync();
        await postgres.ExecuteAsync("VACUUM pg_largeobject", database);
        return database;
    }
}
