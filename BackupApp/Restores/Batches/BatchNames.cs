using System.Globalization;
using System.Text;

namespace BackupApp.Restores.Batches;

/// <summary>No two databases of a batch get one name: two servers often have one of the same name.</summary>
public static class BatchNames
{
    private const int MostBytes = 63;

    /// <returns>The same names, and where one comes again it with a number: <c>shop</c>, <c>shop_2</c>.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> wanted)
    {
        var taken = wanted.ToHashSet(StringComparer.Ordinal);
        var given = new HashSet<string>(StringComparer.Ordinal);
        return [.. wanted.Select(name => name.Length == 0 || given.Add(name) ? name : Next(name, taken, given))];
    }

    private static string Next(string name, HashSet<string> taken, HashSet<string> given)
    {
        for (var number = 2; ; number++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"_{number}");
            var next = Cut(name, MostBytes - suffix.Length) + suffix;
            if (!taken.Contains(next) && given.Add(next))
                return next;
        }
    }

    private static string Cut(string name, int bytes)
    {
        while (Encoding.UTF8.GetByteCount(name) > bytes)
            name = name[..^(char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        return name;
    }
}
