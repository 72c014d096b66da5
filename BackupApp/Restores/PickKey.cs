using System.Text.Json;
using BackupApp.Engines.Restores;

namespace BackupApp.Restores;

/// <summary>
/// A schema or a table in one text that goes through a form and back, whatever letters its name has: <c>["sales"]</c>,
/// <c>["sales","orders"]</c>.
/// </summary>
public static class PickKey
{
    // Names are escaped by whoever writes the page.
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="table">Null for the whole schema.</param>
    public static string Of(string schema, string? table) =>
        JsonSerializer.Serialize(table is null ? [schema] : new[] { schema, table }, Plain);

    /// <summary>What all of these keys pick; what is none is passed over.</summary>
    public static RestoreSelection Read(IEnumerable<string?> keys)
    {
        var names = keys.Select(Parse).OfType<string[]>().ToList();
        return new(
            [.. names.Where(n => n.Length == 1).Select(n => n[0]).Distinct()],
            [.. names.Where(n => n.Length == 2).Select(n => new PickedTable(n[0], n[1])).Distinct()]);
    }

    private static string[]? Parse(string? key)
    {
        try
        {
            return key is not null && JsonSerializer.Deserialize<string[]>(key) is { Length: 1 or 2 } names
                && names.All(name => (object?)name is not null)
                ? names
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
