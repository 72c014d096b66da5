using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace BackupApp.E2E.Support;

/// <summary>
/// BackupApp as people run it: a process of its own, with a database and a data directory of its own. One for each class of scenarios.
/// </summary>
public partial class AppUnderTest : IAsyncLifetime
{
    public const string AdminEmail = "ada@example.com";

    /// <summary>The id of the destination that is always there.</summary>
    public const string ServerStorage = "00000000-0000-7000-8000-000000000001";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _directory = Directory.CreateTempSubdirectory("backupapp-e2e-").FullName;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly string _masterKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public string Database { get; } = $"e2e_app_{Guid.NewGuid():N}";

    public string AdminPassword { get; } = RandomNumberGenerator.GetHexString(24);

    public string Log => string.Join('\n', _log);

    /// <summary>What the server logged as going wrong.</summary>
    public string Errors => string.Join('\n', _log.Where(line => Failure().IsMatch(line)));

    public async ValueTask InitializeAsync()
    {
        if (Servers.Postgres is null || Servers.Chromium is null)
            return; // the scenarios say so
        await Servers.SqlAsync<object>(null, await CreateDatabaseAsync());
        await StartAsync("http://127.0.0.1:0");
    }

    /// <summary>Ends it as an update does, and starts it again at the same address.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        _process?.Dispose();
        await StartAsync(Address.GetLeftPart(UriPartial.Authority));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        Directory.Delete(_directory, recursive: true);
        if (_process is not null)
            await Servers.SqlAsync<object>(null, $"DROP DATABASE IF EXISTS {Database} WITH (FORCE)");
        GC.SuppressFinalize(this);
    }

    public Task<T?> SqlAsync<T>(string sql, params object[] parameters) => Servers.SqlAsync<T>(Database, sql, parameters);

    private async Task StartAsync(string address)
    {
        var listening = _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = Process.Start(StartInfo(address))!;
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"BackupApp ended.\n{Log}"));
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Address = await listening.Task.WaitAsync(Patience);
    }

    private async Task StopAsync()
    {
        if (_process is not { HasExited: false })
            return;
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    private ProcessStartInfo StartInfo(string address)
    {
        // The tests' own output folder holds a copy without the web files; the application's has all, and so has what is released.
        var program = Environment.GetEnvironmentVariable("BACKUPAPP_TEST_PROGRAM") is { Length: > 0 } released
            ? released
            : Path.Combine(AppContext.BaseDirectory.Replace("BackupApp.E2E", "BackupApp", StringComparison.Ordinal), "BackupApp.dll");
        var start = new ProcessStartInfo("dotnet", [program])
        {
            WorkingDirectory = Path.GetDirectoryName(program),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        // It ends before code that was compiled twice pays for itself; milliseconds, hexadecimal.
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "EA60";
        start.Environment["ASPNETCORE_URLS"] = address;
        var settings = Servers.PostgresSettings(Database);
        settings.Pooling = true;
        start.Environment["ConnectionStrings__BackupApp"] = settings.ConnectionString;
        start.Environment["BackupApp__DataDirectory"] = _directory;
        start.Environment["BackupApp__MasterKey"] = _masterKey;
        start.Environment["BackupApp__Accounts__SignInsPerMinute"] = "1000"; // all scenarios come from one address
        start.Environment["BackupApp__Accounts__PasswordHashRounds"] = $"{People.PasswordHashRounds}";
        foreach (var secret in start.Environment.Keys.Where(name => name.StartsWith("BACKUPAPP_TEST_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(secret);
        AddAdministrator(start.Environment);
        return start;
    }

    /// <summary>
    /// SQL that makes its database: a copy of the migrated one that the other tests have left, where that is of this build; else empty.
    /// </summary>
    protected virtual async Task<string> CreateDatabaseAsync()
    {
        var template = $"migrated_{typeof(Data.AppDbContext).Module.ModuleVersionId:N}";
        return await Servers.SqlAsync<bool>(null, $"SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{template}')")
            ? $"CREATE DATABASE {Database} TEMPLATE {template}"
            : $"CREATE DATABASE {Database}";
    }

    protected virtual void AddAdministrator(IDictionary<string, string?> environment)
    {
        environment["BackupApp__Bootstrap__AdminEmail"] = AdminEmail;
        environment["BackupApp__Bootstrap__AdminPassword"] = AdminPassword;
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        _log.Enqueue(line);
        if (Listening().Match(line) is { Success: true } match)
            _listening.TrySetResult(new Uri(match.Groups[1].Value));
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex(" (fail|crit): ")]
    private static partial Regex Failure();
}
