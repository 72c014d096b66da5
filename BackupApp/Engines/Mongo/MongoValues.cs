using System.Globalization;

namespace BackupApp.Engines.Mongo;

/// <summary>What the value of a parameter may be: each is null where it may, else a sentence.</summary>
internal static class MongoValues
{
    public const int MaxMilliseconds = 3_600_000;

    private const int MaxNameBytes = 128;

    public static string? Flag(string value) => OneOf(value, "true", "false");

    public static string? Milliseconds(string value) => Number(value, 0, MaxMilliseconds, "milliseconds");

    public static string? Name(string value) =>
        value.Length > 0 && System.Text.Encoding.UTF8.GetByteCount(value) <= MaxNameBytes && !value.Any(char.IsControl)
            ? null
            : $"Must have 1 to {MaxNameBytes} characters.";

    public static string? Number(string value, int least, int most, string? unit) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number >= least
        && number <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"Must be a number{(unit is null ? "" : $" of {unit}")} from {least} to {most}.");

    public static string? OneOf(string value, params string[] allowed) =>
        allowed.Contains(value, StringComparer.Ordinal) ? null : $"Must be one of: {string.Join(", ", allowed)}.";
}
