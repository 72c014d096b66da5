using BackupApp.Audit;

namespace BackupApp.Pages.Audit;

/// <summary>How people read one action of the audit log.</summary>
/// <param name="Title">For a list to choose from: "Policy paused".</param>
/// <param name="Does">
/// What somebody did, as it continues their name: "paused the policy {0} for shop". <c>{0}</c> is the place of the target's name; it may
/// be missing.
/// </param>
public sealed record AuditWord(string Title, Func<AuditFacts, string> Does)
{
    public AuditWord(string title, string does)
        : this(title, _ => does)
    {
    }
}

/// <summary>An entry as a sentence.</summary>
/// <param name="Who">As it begins the sentence.</param>
/// <param name="Before">Between who and the target.</param>
/// <param name="Target">Null where nothing is named.</param>
/// <param name="After">With the full stop.</param>
public sealed record AuditSentence(string Who, string Before, string? Target, string After)
{
    private const string Place = "{0}";

    public string Text => $"{Who} {Before}{Target}{After}";

    public static AuditSentence Of(AuditEntry entry)
    {
        var does = AuditWords.Find(entry.Action) is { } word
            ? word.Does(new AuditFacts(entry.Metadata))
            : $"did “{entry.Action}” to {Place}"; // an entry of a newer version
        var at = does.IndexOf(Place, StringComparison.Ordinal);
        return at < 0
            ? new(WhoOf(entry), does, null, ".")
            : new(WhoOf(entry), does[..at], Named(entry), does[(at + Place.Length)..] + ".");
    }

    public static string WhoOf(AuditEntry entry) => entry.ActorType switch
    {
        ActorType.System => "BackupApp",
        ActorType.ApiToken => $"The API token {entry.ActorName}",
        ActorType.User => entry.ActorName ?? "Somebody",
        _ => "Somebody who is not signed in",
    };

    private static string Named(AuditEntry entry) => entry switch
    {
        { TargetType: "user", ActorType: ActorType.User, TargetName: { } own } when own == entry.ActorName => "their own account",
        { TargetName: { Length: > 0 } name } => name,
        { TargetType: "user" } => "an unknown address",
        _ => "one without a name",
    };
}
