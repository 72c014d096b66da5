using System.Globalization;

namespace BackupApp.Data;

/// <summary>Moments in sentences that are written without knowing who reads them: pages show them in their reader's zone.</summary>
public static class UtcWords
{
    /// <summary>As in "27 Nov 2026 02:15 UTC", for reading them back.</summary>
    public const string Format = "d MMM yyyy HH:mm 'UTC'";

    /// <summary>To the minute.</summary>
    public static string Of(DateTimeOffset at) => at.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
}
