using BackupApp.Protection;

namespace BackupApp.Pages.Protection;

/// <summary>The model of <c>_NeedsYou.cshtml</c>.</summary>
/// <param name="Sources">The worst first.</param>
/// <param name="Incidents">Those that last, by source.</param>
public sealed record NeedsYou(IReadOnlyList<ProtectedSource> Sources, ILookup<Guid, Incident> Incidents, DateTimeOffset Now)
{
    /// <summary>What people were told of it, if they were.</summary>
    public Incident? IncidentOf(ProtectedSource source) =>
        Incidents[source.Id].FirstOrDefault(i => i.Kind.ToString() == source.State.Word.ToString());
}
