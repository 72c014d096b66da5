using System.Diagnostics;
using System.Globalization;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace BackupApp.Tests.Support;

/// <summary>What one process of the app is started with.</summary>
/// <param name="ConnectionString">The application's own database; empty for the embedded one.</param>
/// <param name="DataDirectory">It is created.</param>
public sealed record AppSettings(string ConnectionString, string DataDirectory)
{
    /// <summary>32 bytes of base64.</summary>
    public string MasterKey { get; init; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public string AdminEmail { get; init; } = "admin@example.com";

    public string AdminPassword { get; init; } = $"{Guid.NewGuid():N}";

    /// <summary>The cores that it may use, as taskset wants them; null for all.</summary>
    public string? Cores { get; init; }

    /// <summary>The program's dll; null for the one in the tests' own folder.</summary>
    public string? Program { get; init; }

    /// <summary>Where it is started from; null for the program's folder.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>It runs exactly as it does for everybody.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>More of the app's environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// The real app in a process of its own, as it is in the output folder, on a free port of 127.0.0.1, with its log captured.
/// </summary>
public sealed partial class AppProcess : IAsyncDisposable
{
    /// <summary>As it is released, where scripts/test made that: it is compiled for this processor, and starts sooner.</summary>
    private static readonly string Program = Environment.GetEnvironmentVariable("BACKUPAPP_TEST_PROGRAM") is { Length: > 0 } released
        ? released
        : Path.Combine(AppContext.BaseDirectory, "BackupApp.dll");

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppProcess(AppSettings settings)
    {
        Settings = settings;
        Directory.CreateDirectory(settings.DataDirectory);
        _process = new Process { StartInfo = StartInfo(settings) };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    public AppSettings Settings { get; }

    public Uri Address =>
        _listening.Task.IsCompletedSuccessfully
            ? _listening.Task.Result
            : throw new InvalidOperationException("The app does not listen.");

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything that it wrote so far, on both streams.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Starts it and waits until it serves pages.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not listen within two minutes; the message holds its log.</exception>
    public static async Task<AppProcess> StartAsync(AppSettings settings)
    {
        var app = new AppProcess(settings);
        app._process.Start();
        app._process.BeginOutputReadLine();
        app._process.BeginErrorReadLine();
        var ended = app._process.WaitForExitAsync();
        if (await Task.WhenAny(app._listening.Task, ended, Task.Delay(TimeSpan.FromMinutes(2))) == app._listening.Task)
            return app;
        var log = app.Log;
        await app.DisposeAsync();
        throw new InvalidOperationException($"The app did not start:\n{log}");
    }

    /// <summary>Processes that it started, by their number; <c>pg_dump</c> for example.</summary>
    public IReadOnlyList<int> Children(string program)
    {
        var children = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && IsChild(folder, program))
                children.Add(id);
        }
        return children;
    }

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    /// <returns>Its exit code, and how long it took to end.</returns>
    public async Task<(int ExitCode, TimeSpan Elapsed)> TerminateAsync()
    {
        var watch = new AwakeWatch();
        await SignalAsync("TERM", Id);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(limit.Token);
        return (_process.ExitCode, watch.Elapsed);
    }

    /// <summary>SIGKILL: it gets no chance to clean up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(AppSettings settings)
    {
        var program = settings.Program ?? Program;
        string[] command = ["dotnet", program];
        if (settings.Cores is not null)
            command = ["taskset", "-c", settings.Cores, .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = settings.WorkingDirectory ?? Path.GetDirectoryName(program),
        };
        // What the tests were given is none of its business.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("BACKUPAPP_", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        var variables = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            // Pooled as it is for everybody; the tests' own connections are not, since a pool would
            // keep their databases from being dropped.
            ["ConnectionStrings__BackupApp"] = settings.ConnectionString.Length == 0
                ? ""
                : Pooled(settings.ConnectionString),
            ["BackupApp__DataDirectory"] = settings.DataDirectory,
            ["BackupApp__MasterKey"] = settings.MasterKey,
            ["BackupApp__Bootstrap__AdminEmail"] = settings.AdminEmail,
            ["BackupApp__Bootstrap__AdminPassword"] = settings.AdminPassword,
            ["BackupApp__Accounts__SignInsPerMinute"] = "100000",
            ["BackupApp__Accounts__PasswordHashRounds"] = "1000",
            ["BackupApp__Backups__MaxQueuedManualPerSource"] = "1000", // some tests start many at once
        };
        // Most of these processes end before code that was compiled twice pays for itself; milliseconds, hexadecimal.
        if (!settings.IsMeasured)
            variables["DOTNET_TC_CallCountingDelayMs"] = "EA60";
        foreach (var (name, value) in variables.Concat(settings.Variables))
            start.Environment[name] = value;
        return start;
    }

    private static string Pooled(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = true };
        settings.Remove("Connection Idle Lifetime");
        settings.Remove("Connection Pruning Interval");
        return settings.ConnectionString;
    }

    private bool IsChild(string folder, string program)
    {
        try
        {
            // "1234 (pg_dump) S 1200 …": number, name, state, parent.
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var name = stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')];
            var parent = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1];
            return name == program && parent == Id.ToString(CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return false; // It ended in the meantime.
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.AppendLine(line);
        if (Listening().Match(line) is { Success: true } match)
            _listening.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
