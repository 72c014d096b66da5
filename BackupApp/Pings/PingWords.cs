using System.Globalization;

namespace BackupApp.Pings;

/// <summary>
/// Words that an address may hold, in the places where its monitor wants them. One without a place for the state is called on success
/// only: the monitor knows the rest by hearing nothing.
/// </summary>
public static class PingWords
{
    /// <summary><c>start</c>, <c>success</c> or <c>fail</c>.</summary>
    public const string State = "{state}";

    /// <summary><c>up</c> or <c>down</c>; nothing is told of a start then.</summary>
    public const string Up = "{up}";

    /// <summary>How long it took; empty where that is not known.</summary>
    public const string Seconds = "{seconds}";

    /// <summary>The text.</summary>
    public const string Message = "{message}";

    public static bool HasState(string url) => url.Contains(State, StringComparison.Ordinal);

    public static bool HasUp(string url) => url.Contains(Up, StringComparison.Ordinal);

    internal static string Fill(string url, Ping ping) => url
        .Replace(State, Word(ping.State), StringComparison.Ordinal)
        .Replace(Up, ping.State == PingState.Fail ? "down" : "up", StringComparison.Ordinal)
        .Replace(Seconds, ping.Duration?.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture) ?? "", StringComparison.Ordinal)
        .Replace(Message, Uri.EscapeDataString(ping.Text), StringComparison.Ordinal);

    internal static string Word(PingState state) => state switch
    {
        PingState.Start => "start",
        PingState.Fail => "fail",
        _ => "success",
    };
}
