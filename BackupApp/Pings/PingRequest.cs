using System.Security.Cryptography;

namespace BackupApp.Pings;

/// <summary>What is sent for a ping. A pure function.</summary>
/// <param name="Body">Null for none.</param>
internal sealed record PingRequest(HttpMethod Method, string Url, string? Body)
{
    public static PingRequest Of(string url, PingStyle style, Ping ping) => style switch
    {
        PingStyle.Healthchecks => new(HttpMethod.Post, Below(url, ping), ping.Text),
        PingStyle.Post => new(HttpMethod.Post, PingWords.Fill(url, ping), ping.Text),
        _ => new(HttpMethod.Get, PingWords.Fill(url, ping), null),
    };

    // Rounds may overlap: the run's id tells their starts and ends apart.
    private static string Below(string url, Ping ping)
    {
        var address = new UriBuilder(url);
        if (ping.State != PingState.Success)
            address.Path = $"{address.Path.TrimEnd('/')}/{PingWords.Word(ping.State)}";
        if (ping.TargetId != PingTarget.InstallationId)
            address.Query = $"{address.Query.TrimStart('?')}&rid={RunId(ping)}".TrimStart('&');
        return address.Uri.AbsoluteUri;
    }

    // The same for start and end, whichever process sends them.
    private static Guid RunId(Ping ping)
    {
        var key = ping.TargetId.ToByteArray().Concat(BitConverter.GetBytes(ping.Round.UtcTicks)).ToArray();
        return new Guid(SHA256.HashData(key).AsSpan(0, 16));
    }
}
