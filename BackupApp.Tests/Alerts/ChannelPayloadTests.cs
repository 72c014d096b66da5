using System.Text.Json;
using System.Text.Json.Nodes;
using BackupApp.Alerts;
using BackupApp.Alerts.Channels;

namespace BackupApp.Tests.Alerts;

/// <summary>Bodies against the forms that the services document.</summary>
public sealed class ChannelPayloadTests
{
    [Fact]
    public void Slack_gets_a_text_a_header_of_150_characters_and_sections_of_3000()
    {
        var body = Json(SlackSender.Payload(Samples.Message(Samples.Alert(name: new string('x', 200)), Samples.Alert(name: "<!channel>"))));

        Assert.StartsWith("Overdue: xxx", (string?)body["text"], StringComparison.Ordinal);
        var blocks = body["blocks"]!.AsArray();
        Assert.Equal(("header", "plain_text"), ((string?)blocks[0]!["type"], (string?)blocks[0]!["text"]!["type"]));
        Assert.Equal(150, ((string?)blocks[0]!["text"]!["text"])!.Length);
        Assert.All(
            blocks.Skip(1), block => Assert.Equal(("section", "mrkdwn"), ((string?)block!["type"], (string?)block["text"]!["type"])));
        Assert.All(blocks.Skip(1), block => Assert.InRange(((string?)block!["text"]!["text"])!.Length, 1, 3000));
        Assert.DoesNotContain("<!channel>", body.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("<https://backups.example.com/Received/abc|I received this>", blocks.Select(b => (string?)b!["text"]!["text"]));
    }

    [Fact]
    public void Teams_gets_a_message_with_one_adaptive_card()
    {
        var body = Json(TeamsSender.Payload(Samples.Message(Samples.Alert())));

        Assert.Equal("message", (string?)body["type"]);
        var attachment = Assert.Single(body["attachments"]!.AsArray())!;
        Assert.Equal("application/vnd.microsoft.card.adaptive", (string?)attachment["contentType"]);
        var card = attachment["content"]!;
        Assert.Equal(("AdaptiveCard", "1.2"), ((string?)card["type"], (string?)card["version"]));
        Assert.Equal("http://adaptivecards.io/schemas/adaptive-card.json", (string?)card["$schema"]);
        Assert.All(card["body"]!.AsArray(), block => Assert.Equal("TextBlock", (string?)block!["type"]));
        Assert.All(card["actions"]!.AsArray(), action => Assert.Equal("Action.OpenUrl", (string?)action!["type"]));
    }

    [Fact]
    public void Ntfy_gets_topic_title_message_priority_tags_and_click()
    {
        var body = Json(NtfySender.Payload(Samples.Message(Samples.Alert()), "my-topic"));

        Assert.Equal(("my-topic", 4), ((string?)body["topic"], (int?)body["priority"]));
        Assert.StartsWith("Overdue: shop", (string?)body["title"], StringComparison.Ordinal);
        Assert.Equal("rotating_light", (string?)body["tags"]![0]);
        Assert.Equal("https://backups.example.com/Received/abc", (string?)body["click"]);
    }

    [Fact]
    public void What_one_cause_brought_about_is_one_line()
    {
        var alerts = Enumerable.Range(0, 40).Select(n => Samples.Alert(name: $"db{n}") with { Cause = "destination/1" }).ToArray();

        var paragraph = Assert.Single(Samples.Message(alerts).Paragraphs());

        Assert.StartsWith("Overdue: db0 (prod) and 39 more: db1, db2", paragraph, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_is_text_and_HTML_and_nothing_in_it_is_markup_of_others()
    {
        using var letter = EmailSender.Compose(
            ["ops@example.com"], "backups@example.com", Samples.Message(Samples.Alert(name: "shop <b>&\r\nBcc: x@y")));

        Assert.Contains("shop <b>&", letter.TextBody, StringComparison.Ordinal);
        Assert.Contains("shop &lt;b&gt;&amp;", letter.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("https://backups.example.com/Received/abc", letter.HtmlBody, StringComparison.Ordinal);
        Assert.Empty(letter.Bcc);
        Assert.Equal("auto-generated", letter.Headers["Auto-Submitted"]);
    }

    private static JsonNode Json(object payload) => JsonNode.Parse(JsonSerializer.Serialize(payload))!;
}
