using System.Globalization;

namespace BackupApp.Data;

/// <summary>
/// A place in a list that is sorted by creation, between two of its rows. Written <c>ticks_id</c>; it does
/// not shift when new rows arrive, as a page number would, and finding it costs the same on every page.
/// </summary>
public readonly record struct KeysetCursor(DateTimeOffset CreatedAt, Guid Id)
{
    private const int MaxLength = 52; // 19 digits, the line, 32 letters.

    public override string ToString() => $"{CreatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture)}_{Id:N}";

    /// <summary>Null for text that no page ever made.</summary>
    public static KeysetCursor? Parse(string? text) =>
        text is { Length: <= MaxLength } && text.Split('_') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var t) && t <= DateTime.MaxValue.Ticks
        && Guid.TryParseExact(id, "N", out var guid)
            ? new KeysetCursor(new DateTimeOffset(t, TimeSpan.Zero), guid)
            : null;
}
