namespace BackupApp.Pings;

/// <summary>A monitor as entered, in the UI and by API.</summary>
public sealed class PingInput
{
    public const int LongestUrl = 2000;

    /// <summary>Empty, or as it was shown: the stored one is kept.</summary>
    public string? Url { get; set; }

    /// <summary>Null: the stored one is kept; that of Healthchecks where there is none.</summary>
    public PingStyle? Style { get; set; }

    /// <summary>Nobody is told any more.</summary>
    public bool Removes { get; set; }

    /// <param name="field">Under which a problem is noted.</param>
    internal void Read(string field, Dictionary<string, string> problems)
    {
        if (!Removes && !string.IsNullOrWhiteSpace(Url) && !IsShown(Url) && !IsAddress(Url.Trim()))
            problems[field] = "Give the whole address, such as https://hc-ping.com/your-uuid.";
    }

    /// <summary>Null: the stored one is kept.</summary>
    internal string? NewUrl => string.IsNullOrWhiteSpace(Url) || IsShown(Url) ? null : Url.Trim();

    // No address ends so: it is what a reader of it got.
    private static bool IsShown(string url) => url.TrimEnd().EndsWith("/…", StringComparison.Ordinal);

    private static bool IsAddress(string text) =>
        text.Length <= LongestUrl && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
        && uri.UserInfo.Length == 0 && uri.Host.Length > 0;
}
