using System.Globalization;
using BackupApp.Protection;

namespace BackupApp.Pages.Protection;

/// <summary>How it stands with all sources, in one sentence or two. A pure function.</summary>
public static class HealthSentence
{
    /// <param name="sources">At least one.</param>
    public static string Of(IReadOnlyList<ProtectedSource> sources)
    {
        var (all, good) = (sources.Count, sources.Count(s => s.State.Word == ProtectionWord.Protected));
        var needing = sources.Count(HealthBoard.NeedsSomebody);
        var paused = all - good - needing;
        if (all == 1)
            return good == 1 ? "Your database is protected." : needing == 1 ? "Your database needs you." : "Your database is paused.";
        if (good == all)
            return Text($"All {all:N0} databases are protected.");
        string[] rest =
        [
            .. needing > 0 ? [Text($"{needing:N0} {(needing == 1 ? "needs" : "need")} you")] : Array.Empty<string>(),
            .. paused > 0 ? [Text($"{paused:N0} {(paused == 1 ? "is" : "are")} paused")] : Array.Empty<string>(),
        ];
        return Text($"{good:N0} of {all:N0} databases {(good == 1 ? "is" : "are")} protected. {string.Join(", ", rest)}.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
