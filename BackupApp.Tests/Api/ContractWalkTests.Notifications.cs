using System.Text.Json.Nodes;

namespace BackupApp.Tests.Api;

public sealed partial class ContractWalkTests
{
    // Without a parameter there is nothing that could be asked wrongly.
    private static readonly string[] TakeNothing = ["GET /notifications/settings", "POST /notifications/test"];

    private static async Task WalkNotificationsAsync(ContractWalk walk)
    {
        const string settings = "/notifications/settings";
        var before = await walk.CallAsync($"GET {settings}", 200);
        Assert.Empty(before["alertEmails"]!.AsArray());
        Assert.True(before["onBackupFailed"]!.GetValue<bool>());
        var refused = await walk.CallAsync($"PUT {settings}", 400, new JsonObject { ["alertEmails"] = new JsonArray("nobody") });
        Assert.Contains("1 to 50 e-mail addresses", refused.ToJsonString(), StringComparison.Ordinal);
        var mailed = await walk.CallAsync($"PUT {settings}", 200, new JsonObject { ["alertEmails"] = new JsonArray("a@example.org") });
        Assert.Equal("a@example.org", Assert.Single(mailed["alertEmails"]!.AsArray())!.GetValue<string>());
        // Nobody listens there.
        var after = await walk.CallAsync(
            $"PUT {settings}",
            200,
            new JsonObject
            {
                ["webhookUrl"] = "http://127.0.0.1:9/hook",
                ["webhookSecret"] = "a secret of more than 24 bytes",
                ["slackWebhookUrl"] = "http://127.0.0.1:9/services/very-secret",
                ["onRecovered"] = false,
            });
        Assert.True(after["hasWebhookSecret"]!.GetValue<bool>());
        Assert.False(after["onRecovered"]!.GetValue<bool>());
        Assert.DoesNotContain("very-secret", after.ToJsonString(), StringComparison.Ordinal);
        var tested = await walk.CallAsync("POST /notifications/test", 200);
        Assert.Equal(["slack", "webhook"], tested["results"]!.AsArray().Select(r => r!["channel"]!.GetValue<string>()).Order());
        Assert.All(tested["results"]!.AsArray(), r => Assert.False(r!["ok"]!.GetValue<bool>()));

        // What was read may be written back: the Slack address, which was shortened, stays.
        await walk.CallAsync($"PUT {settings}", 200, new JsonObject { ["slackWebhookUrl"] = after["slackWebhookUrl"]!.GetValue<string>() });
        var cleared = await walk.CallAsync($"GET {settings}", 200);
        Assert.False(cleared["hasWebhookSecret"]!.GetValue<bool>());
        Assert.Equal(after["slackWebhookUrl"]!.GetValue<string>(), cleared["slackWebhookUrl"]!.GetValue<string>());
    }
}
