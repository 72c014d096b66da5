using System.ComponentModel;
using BackupApp.Pings;

namespace BackupApp.Api;

/// <param name="Delivered">The monitor took it.</param>
/// <param name="Answer">What the other side said, shortened, or why it was not reached; absent before the first attempt.</param>
public sealed record PingResponse(PingState State, DateTimeOffset At, bool Delivered, string? Answer)
{
    public static PingResponse? Of(LastPing? last) => last is null ? null : new(last.State, last.At, last.Ok, last.Answer);
}

public sealed class InstallationPingRequest
{
    [Description("Write-only. Absent: the stored one is kept.")]
    public string? Url { get; init; }

    [Description("`healthchecks` (the default), or `get` or `post` of an address, which may have places such as `{state}` or `{up}`.")]
    public PingStyle? Style { get; init; }
}

/// <param name="Url">Shortened.</param>
/// <param name="Last">Absent before the first.</param>
public sealed record InstallationPingResponse(string Url, PingStyle Style, PingResponse? Last)
{
    public static InstallationPingResponse Of(PingView view) => new(view.Url, view.Style, PingResponse.Of(view.Last));
}
