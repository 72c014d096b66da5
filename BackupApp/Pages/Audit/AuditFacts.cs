using System.Globalization;
using System.Text.Json;

namespace BackupApp.Pages.Audit;

/// <summary>What an entry of the audit log notes besides who, what and whom; older entries may have less of it.</summary>
public sealed class AuditFacts
{
    private readonly JsonElement _root;

    /// <param name="json">An object.</param>
    public AuditFacts(string json)
    {
        using var document = JsonDocument.Parse(json);
        _root = document.RootElement.Clone();
    }

    /// <summary>Null where it is missing or no text.</summary>
    public string? Text(string name) =>
        Find(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    public long? Number(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public bool Has(string name) => Find(name) is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) };

    /// <summary>False where it is missing, too.</summary>
    public bool IsTrue(string name) => Find(name) is { ValueKind: JsonValueKind.True };

    public bool IsFalse(string name) => Find(name) is { ValueKind: JsonValueKind.False };

    /// <summary>Null where it is missing or no moment.</summary>
    public DateTimeOffset? Moment(string name) =>
        Text(name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : null;

    /// <summary>What a noted value says as a moment; null where it is none.</summary>
    public static DateTimeOffset? MomentIn(string value) =>
        value is [_, _, _, _, '-', _, _, '-', _, _, 'T', ..]
        && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : null;

    /// <summary>Everything, one a line: its name in words, and its value as it was noted.</summary>
    public IEnumerable<(string Name, string Value)> All() => _root.ValueKind != JsonValueKind.Object
        ? []
        : _root.EnumerateObject()
            .Where(p => p.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
            .Select(p => (Words(p.Name), Shown(p.Value)))
            .Where(p => p.Item2.Length > 0);

    private JsonElement? Find(string name) =>
        _root.ValueKind == JsonValueKind.Object && _root.TryGetProperty(name, out var value) ? value : null;

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Shown)),
        JsonValueKind.Object => string.Join(
            ", ",
            value.EnumerateObject()
                .Where(p => p.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
                .Select(p => (Name: Words(p.Name), Value: Shown(p.Value)))
                .Where(p => p.Value.Length > 0)
                .Select(p => $"{p.Name} {p.Value}")),
        _ => value.GetRawText(),
    };

    // "scheduledFor" is "scheduled for".
    private static string Words(string name) => string.Concat(
        name.Select((c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : char.ToLowerInvariant(c).ToString()));
}
