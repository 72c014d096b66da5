using System.Net.Sockets;
using BackupApp.Accounts;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Hosting.Embedded;
using BackupApp.Policies;
using BackupApp.Secrets;
using BackupApp.Streams;
using BackupApp.Tools;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BackupApp.Hosting;

/// <summary>From nothing to a running server, and a clear sentence where that does not work.</summary>
public static partial class Startup
{
    /// <summary>
    /// With the program's own folder as content root, wherever it was started from: pages, styles and scripts lie beside it.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        NativeHeap.KeepFewArenas();
        _ = SharedBuffers.Shared; // whose first idle minute begins here
        return WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    }

    /// <summary>One line a record; <c>Logging__Console__FormatterName=json</c> makes them JSON.</summary>
    public static void AddLogging(this WebApplicationBuilder builder) => Configure(builder.Logging.ClearProviders());

    /// <summary>
    /// Runs <paramref name="main"/>; what an operator can put right ends as one line and exit code 1 instead of a stack trace.
    /// </summary>
    public static async Task<int> RunAsync(WebApplicationBuilder builder, Func<ILogger, Task<int>> main)
    {
        using var loggers = LoggerFactory.Create(logging =>
            Configure(logging.AddConfiguration(builder.Configuration.GetSection("Logging"))));
        var log = loggers.CreateLogger("BackupApp.Startup");
        try
        {
            return await main(log);
        }
        catch (Exception e) when (Explain(e) is { } sentence)
        {
            LogCannotStart(log, sentence);
            return 1;
        }
    }

    /// <summary>
    /// Brings the database up to date, opens the key ring, and sees to the first administrator and the managed storage; under one lock.
    /// </summary>
    public static async Task PrepareAsync(this WebApplication app, ApplicationDatabase database)
    {
        var cancellationToken = app.Lifetime.ApplicationStopping;
        var services = app.Services;
        // Here already, so that all wrong options are named at once, not the first one that somebody reads.
        services.GetRequiredService<IStartupValidator>().Validate();
        var time = services.GetRequiredService<TimeProvider>();
        var master = MasterKey.Load(app.Configuration, services.GetRequiredService<DataDirectory>(), database.IsEmbedded);
        if (services.GetRequiredService<IOptions<ServerOptions>>().Value.IsWorker && !Isal.IsInstalled)
            LogNoIsal(app.Logger);
        // Made here, so that what a killed process left is removed at the start and not at the first dump.
        _ = services.GetRequiredService<PrivateRoot>();
        var startup = new DatabaseStartup(database.ConnectionString, time, app.Logger);
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await startup.RunAsync(
            db,
            async () =>
            {
                await services.GetRequiredService<SecretBox>().OpenAsync(db, master, time, cancellationToken);
                await ManagedDestination.EnsureAsync(
                    db,
                    services.GetRequiredService<IOptions<ManagedStorageOptions>>().Value,
                    scope.ServiceProvider.GetRequiredService<IDestinationUse>(),
                    time,
                    cancellationToken);
                await InterruptedOccurrences.TakeBackAsync(db, time.GetUtcNow(), cancellationToken);
                if (services.GetRequiredService<IOptions<ServerOptions>>().Value.IsWeb)
                    await services.PrepareAccountsAsync(cancellationToken);
            },
            cancellationToken);
    }

    private static void Configure(ILoggingBuilder logging)
    {
        logging.AddConsole();
        logging.Services.AddSingleton<IExternalScopeProvider, OwnScopes>();
        logging.Services.Configure<JsonConsoleFormatterOptions>(console => console.IncludeScopes = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.FormatterName ??= ConsoleFormatterNames.Simple);
        logging.Services.Configure<SimpleConsoleFormatterOptions>(console =>
        {
            console.IncludeScopes = true;
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
    }

    private static string? Explain(Exception exception) => exception switch
    {
        MasterKeyException or EmbeddedPostgresException or IncompleteInstallationException => exception.Message,
        OptionsValidationException e => string.Join(' ', e.Failures),
        AggregateException e when e.InnerExceptions.All(inner => inner is OptionsValidationException) => string.Join(
            ' ',
            e.InnerExceptions.Select(Explain)),
        NpgsqlException e when FullDisk.IsBehind(e) => $"The disk of the application's database is full: {e.Message}",
        IOException e when FullDisk.IsBehind(e) => $"The disk is full: {e.Message}",
        NpgsqlException or SocketException => $"The application's database cannot be used: {exception.Message}",
        _ => null,
    };

    [LoggerMessage(
        LogLevel.Warning,
        "ISA-L is not installed (package libisal2): compression at levels 1 to 3 takes some three times the CPU time that it could")]
    private static partial void LogNoIsal(ILogger logger);

    [LoggerMessage(LogLevel.Critical, "BackupApp cannot start. {Reason}")]
    private static partial void LogCannotStart(ILogger logger, string reason);
}
