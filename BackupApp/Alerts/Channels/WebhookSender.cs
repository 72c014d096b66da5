using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BackupApp.Data;

namespace BackupApp.Alerts.Channels;

/// <summary>Any program: a JSON body, signed as Standard Webhooks 1.0 has it.</summary>
public sealed class WebhookSender(AlertHttp http, TimeProvider time) : IAlertSender
{
    private const string Prefix = "whsec_";

    // Of all alerts in a message; the specification wants a body below 20 kB.
    private const int MostBytes = 17_000;

    public ChannelKind Kind => ChannelKind.Webhook;

    /// <summary>A new secret for a receiver: 32 random bytes.</summary>
    public static string NewSecret() => SecretOf(RandomNumberGenerator.GetBytes(32));

    public static string SecretOf(byte[] bytes) => Prefix + Convert.ToBase64String(bytes);

    /// <summary>Whether it is a secret as the specification has it: 24 to 64 bytes.</summary>
    public static bool IsSecret(string? text)
    {
        var buffer = new byte[96];
        return text?.StartsWith(Prefix, StringComparison.Ordinal) == true
            && Convert.TryFromBase64String(text[Prefix.Length..], buffer, out var length) && length is >= 24 and <= 64;
    }

    public async Task<ChannelAnswer> SendAsync(
        AlertChannel channel, ChannelSecrets secrets, AlertMessage message, CancellationToken cancellationToken)
    {
        var body = Body(message);
        var id = $"msg_{message.Id:N}";
        // Of this attempt: receivers refuse what is old.
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string> { ["webhook-id"] = id, ["webhook-timestamp"] = timestamp };
        string[] signatures = [.. new[] { secrets.Signing, secrets.OldSigning }.OfType<string>().Select(
            secret => Sign(secret, id, timestamp, body))];
        if (signatures.Length > 0)
            headers["webhook-signature"] = string.Join(' ', signatures);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await http.PostAsync(secrets.Url!, content, headers, cancellationToken);
    }

    internal static string Sign(string secret, string id, string timestamp, string body)
    {
        var key = Convert.FromBase64String(secret[Prefix.Length..]);
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
    }

    private static string Body(AlertMessage message) => JsonColumn.Write(new
    {
        type = message.Alerts.Any(a => a.What == AlertWhat.Test) ? "alert.test" : message.IsAllOver ? "alert.ended" : "alert.raised",
        timestamp = message.CreatedAt.UtcDateTime,
        data = new
        {
            title = message.Title,
            link = message.Link,
            confirmLink = message.ConfirmLink,
            count = message.Alerts.Count,
            alerts = Fitting(message.Alerts.Select(Alert)),
        },
    });

    private static object Alert(AlertEvent alert) => new
    {
        incidentId = alert.IncidentId,
        what = alert.What,
        kind = alert.Kind,
        title = alert.Title,
        source = alert.Name,
        environment = alert.Environment,
        labels = alert.Labels,
        text = alert.Text.Length > 200 ? alert.Text[..200] : alert.Text,
        since = alert.Since.UtcDateTime,
        lastGoodAt = alert.LastGoodAt?.UtcDateTime,
        action = alert.Action,
    };

    private static List<object> Fitting(IEnumerable<object> alerts)
    {
        var bytes = 0;
        return [.. alerts.TakeWhile(alert => (bytes += Encoding.UTF8.GetByteCount(JsonColumn.Write(alert)) + 1) <= MostBytes)];
    }
}
