using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Data;

/// <summary>
/// What people call things by, <c>key=value</c>, for filters and rules of alerts: at most <see cref="Most"/>, each key once. It never
/// changes. Stored as one JSON object.
/// </summary>
[JsonConverter(typeof(JsonForm))]
public sealed class LabelSet : IEquatable<LabelSet>
{
    public const int Most = 20;
    public const int LongestKey = 63;
    public const int LongestValue = 255;

    public static readonly LabelSet None = new([]);

    private readonly SortedDictionary<string, string> _values;

    private LabelSet(IEnumerable<KeyValuePair<string, string>> values)
    {
        _values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in values)
            _values[key] = value;
    }

    public IReadOnlyDictionary<string, string> Values => _values;

    public int Count => _values.Count;

    /// <summary>As in <c>team=shop</c>, in the order of the keys.</summary>
    public IEnumerable<string> Pairs => _values.Select(l => $"{l.Key}={l.Value}");

    /// <summary>As it is entered: a line for each.</summary>
    public string Text => string.Join('\n', Pairs);

    /// <summary>One label; null for what is none.</summary>
    public static LabelSet? Find(string? pair) =>
        Split(pair?.Trim() ?? "") is { } label && ProblemOf(label.Key, label.Value) is null ? new([label]) : null;

    /// <summary>Reads lines, or what is separated by commas. Problems are noted as those of <paramref name="field"/>.</summary>
    public static LabelSet Read(string? text, string field, IDictionary<string, string> problems)
    {
        var pairs = (text ?? "").Split(
            ['\n', '\r', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var (key, value) = Split(pair) ?? new(pair, "");
            if (Split(pair) is null)
                problems.TryAdd(field, $"\"{Shorten(pair)}\" is no label: write each as key=value, such as team=shop.");
            else if (ProblemOf(key, value) is { } problem)
                problems.TryAdd(field, problem);
            else if (!labels.TryAdd(key, value))
                problems.TryAdd(field, $"\"{key}\" is there twice: give it one value.");
        }

        return Checked(labels, field, problems);
    }

    /// <summary>The same of labels that came one by one.</summary>
    public static LabelSet Read(IReadOnlyDictionary<string, string> given, string field, IDictionary<string, string> problems)
    {
        foreach (var (key, value) in given)
        {
            if (ProblemOf(key, value?.Trim() ?? "") is { } problem)
                problems.TryAdd(field, problem);
        }

        return Checked(given.ToDictionary(l => l.Key, l => l.Value?.Trim() ?? "", StringComparer.Ordinal), field, problems);
    }

    /// <summary>Its own labels, and those of others whose keys it has not.</summary>
    public IReadOnlyList<string> With(IEnumerable<LabelSet> others) =>
    [
        .. Pairs.Concat(
            others.SelectMany(o => o._values).Where(l => !_values.ContainsKey(l.Key)).Select(l => $"{l.Key}={l.Value}"))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    public bool Equals(LabelSet? other) => other is not null && Pairs.SequenceEqual(other.Pairs, StringComparer.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => string.Join(", ", Pairs);

    /// <summary>The column of an entity.</summary>
    public static void Map(PropertyBuilder<LabelSet> property) => property.AsJson().HasDefaultValueSql("'{}'");

    private static LabelSet Checked(Dictionary<string, string> labels, string field, IDictionary<string, string> problems)
    {
        if (labels.Count > Most)
            problems.TryAdd(field, $"Give at most {Most} labels.");
        return problems.ContainsKey(field) ? None : new LabelSet(labels);
    }

    private static KeyValuePair<string, string>? Split(string pair) =>
        pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? new(pair[..at].TrimEnd(), pair[(at + 1)..].TrimStart()) : null;

    private static string? ProblemOf(string key, string value)
    {
        if (key.Length is 0 or > LongestKey || !key.All(IsKeyCharacter))
            return $"\"{Shorten(key)}\" cannot be a key: 1 to {LongestKey} of a to z, 0 to 9, dot, dash and underscore.";
        return value.Length > LongestValue || value.Any(c => char.IsControl(c) || c == ',')
            ? $"The value of \"{key}\" has to be one line of at most {LongestValue} characters, without commas."
            : null;
    }

    private static bool IsKeyCharacter(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-';

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text[..40]}…";

    [SuppressMessage("Performance", "CA1812", Justification = "Made by its attribute.")]
    private sealed class JsonForm : JsonConverter<LabelSet>
    {
        public override LabelSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader) ?? []);

        public override void Write(Utf8JsonWriter writer, LabelSet value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value._values);
    }
}
