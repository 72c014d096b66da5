using System.Net.Http.Json;

namespace BackupApp.Alerts.Channels;

/// <summary>Microsoft Teams' workflow "when a webhook request is received": an adaptive card.</summary>
public sealed class TeamsSender(AlertHttp http) : IAlertSender
{
    public ChannelKind Kind => ChannelKind.Teams;

    public async Task<ChannelAnswer> SendAsync(
        AlertChannel channel, ChannelSecrets secrets, AlertMessage message, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(Payload(message));
        return await http.PostAsync(secrets.Url!, content, new Dictionary<string, string>(), cancellationToken);
    }

    internal static object Payload(AlertMessage message)
    {
        var texts = message.Paragraphs().Select(
            text => new { type = "TextBlock", text, wrap = true, weight = "Default", size = "Default" });
        return new
        {
            type = "message",
            attachments = new[]
            {
                new
                {
                    contentType = "application/vnd.microsoft.card.adaptive",
                    content = new Dictionary<string, object>
                    {
                        ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                        ["type"] = "AdaptiveCard",
                        ["version"] = "1.2",
                        ["body"] = texts.Prepend(
                            new { type = "TextBlock", text = message.Title, wrap = true, weight = "Bolder", size = "Medium" }),
                        ["actions"] = new[] { (message.Link, "Open BackupApp"), (message.ConfirmLink, "I received this") }
                            .Where(l => l.Item1 is not null).Select(l => new { type = "Action.OpenUrl", title = l.Item2, url = l.Item1 }),
                    },
                },
            },
        };
    }
}
