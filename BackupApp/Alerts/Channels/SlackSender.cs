using System.Net.Http.Json;

namespace BackupApp.Alerts.Channels;

/// <summary>Slack's incoming webhook: a text for notifications, and blocks.</summary>
public sealed class SlackSender(AlertHttp http) : IAlertSender
{
    // Slack's own limits of a header and a section.
    private const int LongestHeader = 150;
    private const int LongestSection = 3000;

    public ChannelKind Kind => ChannelKind.Slack;

    public async Task<ChannelAnswer> SendAsync(
        AlertChannel channel, ChannelSecrets secrets, AlertMessage message, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(Payload(message));
        return await http.PostAsync(secrets.Url!, content, new Dictionary<string, string>(), cancellationToken);
    }

    internal static object Payload(AlertMessage message)
    {
        var links = new[] { (message.Link, "Open BackupApp"), (message.ConfirmLink, "I received this") }
            .Where(l => l.Item1 is not null).Select(l => $"<{l.Item1}|{l.Item2}>").ToList();
        var texts = message.Paragraphs().Select(Escape).Concat(links);
        return new
        {
            text = Escape(message.Title),
            blocks = new object[] { new { type = "header", text = new { type = "plain_text", text = Cut(message.Title, LongestHeader) } } }
                .Concat(texts.Select(text => new { type = "section", text = new { type = "mrkdwn", text = Cut(text, LongestSection) } })),
        };
    }

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Cut(string text, int most) => text.Length <= most ? text : $"{text[..(most - 1)]}…";
}
