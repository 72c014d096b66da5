using BackupApp.Inventories;
using BackupApp.Inventories.Kept;
using BackupApp.Tools;

namespace BackupApp.Pages.Contents;

/// <summary>What one part of a backup holds beside its tables.</summary>
/// <param name="Name">Of the part, for people.</param>
/// <param name="Facts">What, and how many or which; only what there is.</param>
public sealed record PartFacts(string Name, IReadOnlyList<(string What, string Text)> Facts)
{
    private const int MostNames = 50;

    /// <summary>Null where the part's tables are not kept, and so nothing else.</summary>
    public static PartFacts? Of(KeptContents part) => part.Inventory is { } inventory
        ? new(ShellWord.Show(part.Row.Database), [.. All(inventory).Where(f => f.Text.Length > 0)])
        : null;

    private static IEnumerable<(string What, string Text)> All(Inventory inventory) =>
    [
        .. inventory.Objects.Named().Where(o => o.Count > 0).Select(o => (o.Objects, Number(o.Count))),
        ("Large objects", inventory.LargeObjects.Count > 0 ? Number(inventory.LargeObjects.Count) : ""),
        ("Extensions", Names(inventory.Extensions.Select(e => e.Version is null ? e.Name : $"{e.Name} {e.Version}"))),
        (inventory.Archive.Format.StartsWith("MongoDB", StringComparison.Ordinal) ? "Databases" : "Schemas", Names(inventory.Schemas)),
        ("Roles", Names(inventory.Roles)),
        ("Tablespaces", Names(inventory.Tablespaces)),
        .. inventory.Database is { } database ? Of(database) : [],
        ("Format", Words(" ", inventory.Archive.Format, inventory.Archive.Version)),
        ("Server", inventory.Archive.Server ?? ""),
        ("Tool", inventory.Archive.Tool ?? ""),
    ];

    private static (string What, string Text)[] Of(DatabaseFacts database) =>
    [
        ("Owner", ShellWord.Show(database.Owner ?? "")),
        ("Encoding", database.Encoding ?? ""),
        ("Locale", ShellWord.Show(Words(", ", database.LocaleProvider, database.Locale, Libc(database)))),
        ("Settings", Names(database.Settings.Select(Words))),
    ];

    // One and the same for sorting and for kinds of characters in most databases.
    private static string? Libc(DatabaseFacts database) => database.Collate == database.CharacterType
        ? database.Collate
        : Words(", ", database.Collate, database.CharacterType is null ? null : $"characters {database.CharacterType}");

    private static string Words(DatabaseSetting setting) =>
        $"{setting.Name} = {setting.Value ?? "(not shown)"}{(setting.Role is null ? "" : $" for {setting.Role}")}";

    private static string Names(IEnumerable<string> names)
    {
        var all = names.ToList();
        var shown = string.Join(", ", all.Take(MostNames).Select(ShellWord.Show));
        return all.Count > MostNames ? $"{shown} and {Number(all.Count - MostNames)} more" : shown;
    }

    private static string Words(string between, params string?[] words) =>
        string.Join(between, words.Where(w => !string.IsNullOrEmpty(w)).Distinct());

    private static string Number(long number) => Inventories.Changes.ChangeSentence.Number(number);
}
