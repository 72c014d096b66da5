namespace BackupApp.Engines.Mongo;

/// <summary>MongoDB's several spellings of "encrypted" and "checked".</summary>
internal static class MongoTlsParameters
{
    private static readonly string[] Unchecked = ["tlsInsecure", "sslInsecure", "tlsAllowInvalidCertificates"];

    /// <summary>
    /// Takes them out of <paramref name="parameters"/>. <c>mongodb+srv</c> is encrypted unless it
    /// says otherwise; null when nothing says anything.
    /// </summary>
    public static TlsMode? Take(Dictionary<string, string> parameters, bool srv, Dictionary<string, string> problems)
    {
        var asked = parameters.Remove("tls", out var tls) ? tls : null;
        if (parameters.Remove("ssl", out var ssl) && asked is not null && asked != ssl)
            problems.TryAdd("ssl", "tls and ssl mean the same and must not differ: remove ssl.");
        asked ??= ssl;
        var insecure = Unchecked.Any(name => parameters.GetValueOrDefault(name) == "true");
        foreach (var name in Unchecked.Append("tlsAllowInvalidHostnames"))
            parameters.Remove(name);
        if (asked is null && !srv && !insecure)
            return null;
        var encrypted = asked is null ? srv || insecure : asked == "true";
        return !encrypted ? TlsMode.Disable : insecure ? TlsMode.Require : TlsMode.VerifyFull;
    }
}
