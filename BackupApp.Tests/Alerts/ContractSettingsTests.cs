using System.Security.Cryptography;
using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Alerts;

/// <summary>The contract's settings where the secrets of their channels are lost: they can be read, and entered again.</summary>
public sealed class ContractSettingsTests(PolicyBench bench) : IClassFixture<PolicyBench>
{
    private const string Slack = "https://hooks.example.com/services/secret";
    private const string Webhook = "https://example.com/hook";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lost_secrets_are_told_and_entered_again()
    {
        await bench.RequireAsync();
        await WriteAsync(Input(Slack, Webhook));
        var before = await ReadAsync();
        Assert.Equal((Webhook, true), (before.WebhookUrl, before.HasWebhookSecret));
        await using (var db = bench.Database())
        {
            var lost = RandomNumberGenerator.GetBytes(64);
            await db.Set<AlertChannel>().ExecuteUpdateAsync(set => set.SetProperty(c => c.SecretsCipher, lost), Cancel);
        }

        var read = await ReadAsync();
        Assert.Equal((null, false), (read.WebhookUrl, read.HasWebhookSecret));
        // What was read may not be written back: it is not known any more.
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => WriteAsync(Input(read.SlackUrl, Webhook)));
        Assert.StartsWith("Give the whole address", refused.Problems["Slack"], StringComparison.Ordinal);

        await WriteAsync(Input(Slack, Webhook));
        var after = await ReadAsync();
        Assert.Equal((before.SlackUrl, Webhook, true), (after.SlackUrl, after.WebhookUrl, after.HasWebhookSecret));
    }

    private static ContractInput Input(string? slack, string? webhook) =>
        new([], slack, webhook, "a secret of more than 24 bytes", true, true, true, true, true);

    private async Task WriteAsync(ContractInput input)
    {
        await using var db = bench.Database();
        await Settings(db).WriteAsync(input, Cancel);
    }

    private async Task<ContractInput> ReadAsync()
    {
        await using var db = bench.Database();
        return await Settings(db).ReadAsync(Cancel);
    }

    private ContractSettings Settings(AppDbContext db) => new(db, PolicyBench.Log(db), bench.Secrets, bench.Clock);
}
