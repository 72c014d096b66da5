using System.Net.Http.Json;

namespace BackupApp.Alerts.Channels;

/// <summary>ntfy, the public one or one's own: published as JSON, whose title may have any letters.</summary>
public sealed class NtfySender(AlertHttp http) : IAlertSender
{
    // ntfy makes an attachment of what is longer than 4,096 bytes.
    private const int LongestMessage = 3500;

    private const int High = 4;
    private const int Usual = 3;

    public ChannelKind Kind => ChannelKind.Ntfy;

    public async Task<ChannelAnswer> SendAsync(
        AlertChannel channel, ChannelSecrets secrets, AlertMessage message, CancellationToken cancellationToken)
    {
        var topic = new Uri(secrets.Url!);
        using var content = JsonContent.Create(Payload(message, topic.Segments[^1].Trim('/')));
        var headers = new Dictionary<string, string>();
        if (secrets.Token is { } token)
            headers["Authorization"] = $"Bearer {token}";
        return await http.PostAsync(new Uri(topic, ".").AbsoluteUri, content, headers, cancellationToken);
    }

    internal static Dictionary<string, object> Payload(AlertMessage message, string topic)
    {
        var text = string.Join("\n\n", message.Paragraphs());
        var isUrgent = message.Alerts.Any(
            a => a is { Urgency: AlertUrgency.Now, What: AlertWhat.Begin or AlertWhat.Reminder or AlertWhat.Event });
        var payload = new Dictionary<string, object>
        {
            ["topic"] = topic,
            ["title"] = message.Title,
            ["message"] = text.Length > LongestMessage ? $"{text[..LongestMessage]}…" : text,
            ["priority"] = isUrgent ? High : Usual,
            ["tags"] = new[] { message.IsAllOver ? "white_check_mark" : isUrgent ? "rotating_light" : "warning" },
        };
        if ((message.ConfirmLink ?? message.Link) is { } link)
            payload["click"] = link;
        return payload;
    }
}
