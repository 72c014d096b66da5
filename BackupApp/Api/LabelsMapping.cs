using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Policies;

namespace BackupApp.Api;

/// <summary>Labels between the API's object and the lines that the pages fill in too.</summary>
internal static class LabelsMapping
{
    /// <param name="before">As it is, for a request that says nothing.</param>
    public static string? ToText(this Dictionary<string, string>? labels, string? before, Dictionary<string, string> problems) =>
        labels is null ? before : LabelSet.Read(labels, "labels", problems).Text;

    /// <summary>The sources that have all of the asked labels; null where none was asked.</summary>
    /// <exception cref="InvalidRequestException">One is no label.</exception>
    public static async Task<IReadOnlyList<Guid>?> FindAsync(
        this LabelledSources sources, string[] asked, bool alsoDeleted, CancellationToken cancellationToken)
    {
        var labels = asked.Select(LabelSet.Find).ToList();
        if (labels.Contains(null))
            throw new Requests.InvalidRequestException("label", "Write it as key=value, such as team=shop.");
        return labels.Count == 0 ? null : await sources.FindAsync([.. labels.OfType<LabelSet>()], alsoDeleted, cancellationToken);
    }
}
