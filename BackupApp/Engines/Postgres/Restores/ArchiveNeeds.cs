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
    public static ArchiveNeeds Of(DumpedDatabase dump) => new(
        MajorOf(dump.ServerVersion),
        dump.Inventory?.Extensions.Select(e => e.Name).ToList(),
        dump.Inventory?.Roles);

    public static ArchiveNeeds Of(ArchiveHead head) => new(
        MajorOf(head.Header.ServerVersion),
        [.. head.Entries.Where(e => e.Kind == "EXTENSION").Select(e => e.Tag)],
        [.. head.Entries.Select(e => e.Owner).OfType<string>().Distinct()]);

    private static int? MajorOf(string? version) =>
        int.TryParse(new string([.. (version ?? "").TakeWhile(char.IsAsciiDigit)]), CultureInfo.InvariantCulture, out var major) ? major
            : null;
}
