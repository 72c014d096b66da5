namespace BackupApp.Retention;

/// <summary>How long scheduled backups are kept. 0 switches a part off; with both off nothing expires.</summary>
/// <param name="KeepDays">A backup goes when it is older than this many days of 24 hours.</param>
/// <param name="KeepLast">
/// A backup goes when so many newer ones are there. Only scheduled backups that succeeded count, and only they go by it.
/// </param>
public readonly record struct RetentionRule(int KeepDays, int KeepLast)
{
    public bool KeepsAll => KeepDays == 0 && KeepLast == 0;

    /// <summary>The rule in words, without what always holds: see <see cref="Guarantee"/>.</summary>
    public string Sentence => (KeepDays, KeepLast) switch
    {
        (0, 0) => "Keeps every backup until somebody deletes it.",
        (_, 0) => $"Keeps {Days}.",
        (0, _) => $"Keeps the newest {Newest}. Manual and partial backups stay until somebody deletes them.",
        _ => $"Keeps {Days}, and always the newest {Newest}.",
    };

    /// <summary>What holds whatever the rule says.</summary>
    public const string Guarantee = "The newest good backup and pinned ones always stay.";

    internal TimeSpan Age => TimeSpan.FromDays(KeepDays);

    private string Days => KeepDays == 1 ? "1 day" : $"{KeepDays} days";

    private string Newest => KeepLast == 1 ? "one" : $"{KeepLast}";
}
