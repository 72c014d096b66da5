using System.Globalization;

namespace BackupApp.Data;

/// <summary>Sizes in words.</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>IEC units, three significant figures: "1.2 GiB", "640 KiB", "17 bytes".</summary>
    public static string Words(long bytes)
    {
        var unit = 0;
        double value = bytes;
        // 1023.5 would be rounded to 1024 of the smaller unit.
        while (Math.Abs(value) >= (unit == 0 ? 1024 : 1023.5) && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        if (bytes is 1 or -1)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} byte");
        var format = unit == 0 || Math.Abs(value) >= 99.95 ? "0" : "0.0";
        return value.ToString(format, CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
