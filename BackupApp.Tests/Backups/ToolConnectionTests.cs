using System.Globalization;
using System.Text.Json;
using BackupApp.Audit;
using BackupApp.Tests.Engines.Postgres;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>Page and audit log say of a backup's connection what the server saw of the tool's own.</summary>
[Collection(nameof(PostgresServers))]
public sealed class ToolConnectionTests(PostgresServers servers, JobBench bench) : IClassFixture<JobBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_verified_connection_is_shown_as_such_and_no_parameter_weakens_it_unasked()
    {
        await bench.RequireAsync();
        var source = await AddAsync(
            "localhost", new() { ["Input.TlsMode"] = "VerifyFull", ["Input.CaCertificatePem"] = servers.AuthorityPem });

        var job = await bench.Client.RunNowAsync(source);
        Assert.Equal("success", (await bench.Client.FinishedAsync(job)).Status);

        Assert.Contains("Encrypted, server verified", await bench.Client.GetAsync($"/Jobs/{job}"), StringComparison.Ordinal);
        var audited = JsonDocument.Parse(await CompletedAsync(job)).RootElement;
        Assert.Equal("verified", audited.GetProperty("protection").GetString());
    }

    [Fact]
    public async Task Left_open_the_encryption_is_chosen_and_shown()
    {
        await bench.RequireAsync();
        var source = await AddAsync("127.0.0.1", new() { ["Input.TlsMode"] = "" });

        var page = await bench.Client.GetAsync($"/DataSources/{source}/Settings");
        var job = await bench.Client.RunNowAsync(source);
        Assert.Equal("success", (await bench.Client.FinishedAsync(job)).Status);

        Assert.Contains("Always, server not verified (require)", page, StringComparison.Ordinal);
        Assert.Contains("Encrypted, server not verified", await bench.Client.GetAsync($"/Jobs/{job}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_is_not_begun_where_somebody_asks_for_the_password_in_the_clear()
    {
        await bench.RequireAsync();
        using var thief = new PasswordThief();
        var source = await AddAsync(
            "127.0.0.1",
            new() { ["Input.TlsMode"] = "Prefer", ["Input.Port"] = thief.Port.ToString(CultureInfo.InvariantCulture) });

        var job = await bench.Client.RunNowAsync(source);
        Assert.Equal("failed", (await bench.Client.FinishedAsync(job)).Status);

        var page = await bench.Client.GetAsync($"/Jobs/{job}");
        Assert.Contains("in the clear", page, StringComparison.Ordinal);
        Assert.Empty(thief.Stolen);
    }

    private async Task<Guid> AddAsync(string host, Dictionary<string, string> more)
    {
        var fields = new Dictionary<string, string>
        {
            ["Input.Name"] = $"source {Guid.NewGuid():N}",
            ["Input.Environment"] = "test",
            ["Input.Mode"] = "Fields",
            ["Input.Host"] = host,
            ["Input.Port"] = servers.Tls.Port.ToString(CultureInfo.InvariantCulture),
            ["Input.Database"] = "shop",
            ["Input.Username"] = "reader",
            ["Input.Password"] = "pw",
        };
        foreach (var (name, value) in more)
            fields[name] = value;
        var (location, html) = await bench.Client.SubmitAsync("/DataSources/Create", "", fields);
        Assert.True(location is not null, html);
        return Guid.Parse(location.Split('/')[^1]);
    }

    private async Task<string> CompletedAsync(Guid job)
    {
        await using var db = bench.Database();
        return await db.Database.SqlQuery<string>(
                $"""
                select metadata->>'connection' as "Value" from audit_log
                where action = {AuditActions.BackupCompleted} and target_id = {job}
                """)
            .SingleAsync(Cancel);
    }
}
