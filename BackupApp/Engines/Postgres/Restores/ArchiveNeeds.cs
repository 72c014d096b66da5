using System.Globalization;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Restores;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>What an archive wants of its target.</summary>
/// <param name="Major">Of the server that was dumped; null where it is not known.</param>
/// <param name="Extensions">Null where that is known only when the archive is read.</param>
/// <param name="Roles">Likewise: those that own something or that something is granted to.</param>
internal sealed record ArchiveNeeds(int? Major, IReadOnlyList<string>? Extensions, IReadOnlyList<string>? Roles)
{
    /// <summary>Only some of it is restored, and which of these that needs is known only when the archive is read.</summary>
    public bool MayBeLess { get; init; }

    public static ArchiveNeeds Of(DumpedDatabase dump, RestoreSelection selection) => new(
        MajorOf(dump.ServerVersion),
        dump.Inventory?.Extensions.Select(e => e.Name).ToList(),
        dump.Inventory?.Roles)
    {
        MayBeLess = !selection.IsEverything,
    };

    public static ArchiveNeeds Of(ArchiveHead head, RestoreSelection selection)
    {
        var entries = selection.IsEverything ? head.Entries : PickedEntries.Of(head, selection).Entries;
        return new(
            MajorOf(head.Header.ServerVersion),
            [.. entries.Where(e => e.Kind == "EXTENSION").Select(e => e.Tag)],
            [.. entries.Select(e => e.Owner).OfType<string>().Distinct()]);
    }

    private static int? MajorOf(string? version) =>
        int.TryParse(new string([.. (version ?? "").TakeWhile(char.IsAsciiDigit)]), CultureInfo.InvariantCulture, out var major) ? major
            : null;
}
