namespace BackupApp.Accounts.SignIn;

/// <summary>A browser and its system in words, by what it says of itself: good enough to recognise one's own.</summary>
public static class SessionDevice
{
    private const int LongestUnknown = 60;

    // Order counts: most browsers also name those that they are compatible with.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg/", "Edge"),
        ("EdgA/", "Edge"),
        ("EdgiOS/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Vivaldi/", "Vivaldi"),
        ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];

    public static string Name(string? userAgent)
    {
        if (string.IsNullOrEmpty(userAgent))
            return "Unknown device";
        var (browser, system) = (Find(Browsers, userAgent), Find(Systems, userAgent));
        if (browser is null)
            return userAgent.Length <= LongestUnknown ? userAgent : userAgent[..LongestUnknown] + "…";
        return system is null ? browser : $"{browser} on {system}";
    }

    private static string? Find((string Mark, string Name)[] known, string userAgent) =>
        Array.Find(known, k => userAgent.Contains(k.Mark, StringComparison.Ordinal)).Name;
}
