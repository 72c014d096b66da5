using System.Globalization;
using BackupApp.Backups;
using BackupApp.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace BackupApp.Tests.Hosting;

/// <summary>What a line of the console's log looks like.</summary>
public sealed class LogFormatTests
{
    [Theory]
    [InlineData(ConsoleFormatterNames.Simple, "JobId:{0} pg_dump ended")]
    [InlineData(ConsoleFormatterNames.Json, "\"JobId\":\"{0}\"")]
    public async Task A_line_of_a_job_tells_which_job_it_is(string format, string part)
    {
        await using var services = Services();
        var job = Guid.NewGuid();

        var line = Line(services, format, new JobLogScope(job));

        Assert.Contains(string.Format(CultureInfo.InvariantCulture, part, job), line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConsoleFormatterNames.Simple)]
    [InlineData(ConsoleFormatterNames.Json)]
    public async Task The_path_of_a_request_which_may_be_a_link_is_not_told(string format)
    {
        await using var services = Services();

        var line = Line(services, format, new Dictionary<string, object> { ["RequestPath"] = "/files/signed/shop.dump.gz" });

        Assert.DoesNotContain("Dictionary", line, StringComparison.Ordinal);
        Assert.DoesNotContain("signed", line, StringComparison.Ordinal);
    }

    private static ServiceProvider Services()
    {
        var builder = Startup.CreateBuilder([]);
        builder.AddLogging();
        return builder.Services.BuildServiceProvider();
    }

    private static string Line(IServiceProvider services, string format, object state)
    {
        var formatter = services.GetRequiredService<IEnumerable<ConsoleFormatter>>().Single(f => f.Name == format);
        var scopes = services.GetRequiredService<IExternalScopeProvider>();
        using var scope = scopes.Push(state);
        using var line = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Information, "BackupApp", default, "pg_dump ended", null, (text, _) => text);
        formatter.Write(entry, scopes, line);
        return line.ToString();
    }
}
