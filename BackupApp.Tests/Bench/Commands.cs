using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Amazon.S3.Model;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Bench;

/// <summary>Pipelines as people write them in a shell, on the same database and store.</summary>
public sealed partial class Commands(TestPostgres postgres, TestS3 s3)
{
    private const string Upload = "aws s3 cp --only-show-errors --endpoint-url \"$S3\" - \"s3://$BUCKET/$KEY\"";

    public const string Tool = "pg_dump -Fc -Z0 > /dev/null";
    public const string GzipTwice = $"pg_dump -Fc | gzip | {Upload}";
    public const string Plain = $"pg_dump -Fc | {Upload}";
    public const string Pigz = $"pg_dump -Fc -Z0 | pigz | {Upload}";
    public const string Zstd = $"pg_dump -Fc -Z zstd | {Upload}";

    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>The command without the upload's options.</summary>
    public static string InWords(string command) => command.Replace(Upload, "aws s3 cp -", StringComparison.Ordinal);

    /// <summary>What it needs is installed.</summary>
    public static bool CanRun(string command) =>
        command.Split(" | ").Select(c => c.Split(' ')[0]).All(Exists)
        && (!command.Contains("zstd", StringComparison.Ordinal) || PgDumpKnowsZstd.Value);

    /// <param name="cores">As taskset wants them; null for all.</param>
    public async Task<Measurement> RunAsync(string command, string database, string? cores = null)
    {
        var key = $"bench/{Guid.NewGuid():N}";
        var words = new List<string> { "bash", "-c", $"set -o pipefail; {command}; code=$?; times; exit $code" };
        if (cores is not null)
            words.InsertRange(0, ["taskset", "-c", cores]);
        using var process = new Process
        {
            StartInfo = new(words[0], words[1..]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        foreach (var (name, value) in Variables(database, key))
            process.StartInfo.Environment[name] = value;

        var watch = Stopwatch.StartNew();
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var peak = await Processes.PeakAsync(process.Id, process.WaitForExitAsync());
        watch.Stop();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{InWords(command)}: {await errors}");
        return new(
            watch.Elapsed.TotalSeconds,
            Cpu(await output),
            peak,
            command.Contains(Upload, StringComparison.Ordinal) ? await TakeAwayAsync(key) : null);
    }

    private Dictionary<string, string> Variables(string database, string key)
    {
        var settings = s3.Settings();
        return new(postgres.ToolEnvironment)
        {
            ["PGDATABASE"] = database,
            ["S3"] = settings.Endpoint!.AbsoluteUri,
            ["BUCKET"] = settings.Bucket,
            ["KEY"] = key,
            ["AWS_ACCESS_KEY_ID"] = settings.AccessKeyId!,
            ["AWS_SECRET_ACCESS_KEY"] = settings.SecretAccessKey!,
            ["AWS_DEFAULT_REGION"] = settings.Region,
            // Its newer default checksums are refused by the store, as by many.
            ["AWS_REQUEST_CHECKSUM_CALCULATION"] = "when_required",
            ["AWS_RESPONSE_CHECKSUM_VALIDATION"] = "when_required",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
        };
    }

    private async Task<long> TakeAwayAsync(string key)
    {
        var found = await s3.Admin.GetObjectMetadataAsync(s3.Bucket, key);
        await s3.Admin.DeleteObjectAsync(new DeleteObjectRequest { BucketName = s3.Bucket, Key = key });
        return found.ContentLength;
    }

    // The second line of bash's times: user and system time of its children, as 1m2.345s.
    private static double Cpu(string output)
    {
        var line = output.TrimEnd().Split('\n')[^1];
        return Time()
            .Matches(line)
            .Sum(m =>
                (int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) * 60)
                + double.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    private static readonly Lazy<bool> PgDumpKnowsZstd = new(() =>
    {
        using var process = Process.Start(new ProcessStartInfo("pg_dump", ["--version"]) { RedirectStandardOutput = true })!;
        return int.Parse(Major().Match(process.StandardOutput.ReadToEnd()).Value, CultureInfo.InvariantCulture) >= 16;
    });

    [GeneratedRegex(@"(\d+)m([\d.]+)s")]
    private static partial Regex Time();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Major();
}
