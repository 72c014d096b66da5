using System.Text.Json;
using BackupApp.Inventories;

namespace BackupApp.Engines.Archives;

/// <summary>
/// <c>BackupApp contents FILE [--json]</c>: what is in a backup that somebody has downloaded, by its own structure. It needs neither a
/// database nor the server that the backup was made of, and reads the whole file.
/// </summary>
public static class ContentsCommand
{
    private const string Usage = "Usage: BackupApp contents FILE [--json]";
    private const string AsJson = "--json";

    private const int Whole = 0;
    private const int Damaged = 1;
    private const int NotRead = 2;

    private static readonly JsonSerializerOptions Json = new(InventoryJson.Options) { WriteIndented = true };

    /// <param name="args">Without the leading <c>contents</c>.</param>
    /// <returns>The exit code: 0 whole, 1 cut or damaged, 2 not read or not understood.</returns>
    public static Task<int> RunAsync(string[] args, TextWriter output) => RunAsync(args, output, Console.Error);

    internal static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        if (args.Where(a => a != AsJson).ToArray() is not [var path] || path.StartsWith("--", StringComparison.Ordinal))
        {
            await error.WriteLineAsync(Usage);
            return NotRead;
        }

        try
        {
            var reading = await ArchiveFile.ReadAsync(path, CancellationToken.None);
            await (args.Contains(AsJson) ? PrintAsync(reading, output) : PrintAsync(reading, output, error));
            return reading is ArchiveReading.Whole ? Whole : reading is ArchiveReading.Damaged ? Damaged : NotRead;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"{path} cannot be read: {e.Message}");
            return NotRead;
        }
    }

    private static async Task PrintAsync(ArchiveReading reading, TextWriter output, TextWriter error)
    {
        await (reading switch
        {
            ArchiveReading.Whole whole => ContentsText.WriteAsync(whole.Inventory, output),
            ArchiveReading.Damaged { SoFar: { } soFar } => ContentsText.WriteAsync(soFar, output),
            _ => Task.CompletedTask,
        });
        if (reading is ArchiveReading.Damaged damaged)
            await error.WriteLineAsync($"DAMAGED: {ContentsText.Printable(damaged.What)} ({ContentsText.Printable(damaged.Where)})");
        if (reading is ArchiveReading.NotRead notRead)
            await error.WriteLineAsync($"NOT READ: {notRead.Reason}");
    }

    private static Task PrintAsync(ArchiveReading reading, TextWriter output)
    {
        object report = reading switch
        {
            ArchiveReading.Whole whole => new { Result = "whole", whole.Inventory },
            ArchiveReading.Damaged d => new { Result = "damaged", d.What, d.Where, d.EndsEarly, Inventory = d.SoFar },
            ArchiveReading.NotRead n => new { Result = "not_read", n.Reason },
            _ => throw new ArgumentOutOfRangeException(nameof(reading)),
        };
        return output.WriteLineAsync(JsonSerializer.Serialize(report, Json));
    }
}
