using System.Globalization;
using BackupApp.Data;
using BackupApp.Errors;
using MimeKit;

namespace BackupApp.Alerts;

/// <summary>A channel as entered, in the UI and by API. Secrets that are left empty stay as they are.</summary>
public sealed class ChannelInput
{
    public const int LongestUrl = 2000;
    public const int MostRecipients = 50;

    public string? Name { get; set; }

    public ChannelKind Kind { get; set; }

    public bool IsEnabled { get; set; } = true;

    /// <summary>Not of e-mail. Of ntfy it ends with the topic.</summary>
    public string? Url { get; set; }

    /// <summary>E-mail: addresses, separated by commas or lines.</summary>
    public string? To { get; set; }

    public string? SmtpHost { get; set; }

    public int? SmtpPort { get; set; } = 587;

    public SmtpSecurity SmtpSecurity { get; set; }

    public string? SmtpUser { get; set; }

    public string? SmtpPassword { get; set; }

    public string? From { get; set; }

    /// <summary>ntfy's access token.</summary>
    public string? Token { get; set; }

    /// <summary>Words of incidents; none = all.</summary>
    public List<string> Kinds { get; set; } = [];

    /// <summary>Words of environments; none = all.</summary>
    public List<string> Environments { get; set; } = [];

    /// <summary>Lines of <c>key=value</c>, or separated by commas; one of them is enough. None = all.</summary>
    public string? Labels { get; set; }

    public bool TellsEnd { get; set; } = true;

    /// <summary>As in 22:00; both empty for no quiet hours.</summary>
    public string? QuietFrom { get; set; }

    public string? QuietUntil { get; set; }

    public string? TimeZone { get; set; } = "UTC";

    /// <summary>E-mail: every Monday what became of all data sources of its environments.</summary>
    public bool WeeklyReport { get; set; } = true;

    public static ChannelInput Of(AlertChannel channel) => new()
    {
        Name = channel.Name,
        Kind = channel.Kind,
        IsEnabled = channel.IsEnabled,
        To = string.Join(", ", channel.Settings.To),
        SmtpHost = channel.Settings.SmtpHost,
        SmtpPort = channel.Settings.SmtpPort,
        SmtpSecurity = channel.Settings.SmtpSecurity,
        SmtpUser = channel.Settings.SmtpUser,
        From = channel.Settings.From,
        Kinds = [.. channel.Rules.Kinds],
        Environments = [.. channel.Rules.Environments],
        Labels = string.Join('\n', channel.Rules.Labels),
        TellsEnd = channel.Rules.TellsEnd,
        QuietFrom = Clock(channel.Rules, channel.Rules.QuietFrom),
        QuietUntil = Clock(channel.Rules, channel.Rules.QuietUntil),
        TimeZone = channel.Rules.TimeZone,
        WeeklyReport = channel.Rules.WeeklyReport,
    };

    internal string ReadName(Dictionary<string, string> problems) => InputRules.ReadName(Name, AlertChannel.LongestName, problems);

    internal ChannelRules ReadRules(Dictionary<string, string> problems)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone ?? "", out _))
            problems[nameof(TimeZone)] = "Give a time zone, such as Europe/Prague or UTC.";
        if (Kinds.Any(word => !IsWord(word)))
            problems[nameof(Kinds)] = "Name kinds of incidents, such as overdue.";
        if (Environments.Any(word => !IsWord(word)))
            problems[nameof(Environments)] = "Name environments, such as prod.";
        return new ChannelRules
        {
            Kinds = [.. Kinds.Distinct()],
            Environments = [.. Environments.Distinct()],
            Labels = ReadLabels(problems),
            TellsEnd = TellsEnd,
            QuietFrom = Minutes(QuietFrom, nameof(QuietFrom), problems),
            QuietUntil = Minutes(QuietUntil, nameof(QuietUntil), problems),
            TimeZone = TimeZone ?? "UTC",
            WeeklyReport = WeeklyReport && Kind == ChannelKind.Email,
        };
    }

    // A channel may want several values of one key, as nothing else can have.
    private List<string> ReadLabels(Dictionary<string, string> problems)
    {
        var pairs = (Labels ?? "").Split(['\n', '\r', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var read = pairs.Select(LabelSet.Find).ToList();
        if (read.Contains(null) || read.Count > LabelSet.Most)
            problems[nameof(Labels)] = $"Write each label as key=value, such as team=shop; at most {LabelSet.Most}.";
        return [.. read.OfType<LabelSet>().SelectMany(l => l.Pairs).Distinct(StringComparer.Ordinal)];
    }

    /// <param name="before">Null for a new channel.</param>
    internal (ChannelSettings Settings, ChannelSecrets Secrets) ReadTarget(
        ChannelSettings? before, ChannelSecrets stored, Dictionary<string, string> problems) =>
        Kind == ChannelKind.Email ? ReadMail(before, stored, problems) : ReadAddress(before, stored, problems);

    private (ChannelSettings Settings, ChannelSecrets Secrets) ReadMail(
        ChannelSettings? before, ChannelSecrets stored, Dictionary<string, string> problems)
    {
        var to = (To ?? "").Split([',', ';', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (to.Length is 0 or > MostRecipients || to.Any(a => !IsAddress(a)))
            problems[nameof(To)] = $"Give 1 to {MostRecipients} e-mail addresses, separated by commas.";
        if (From is { Length: > 0 } && !IsAddress(From))
            problems[nameof(From)] = "Give the sender's e-mail address.";
        var host = SmtpHost?.Trim() is { Length: > 0 } given ? given : null;
        if (host is not null && Uri.CheckHostName(host) == UriHostNameType.Unknown)
            problems[nameof(SmtpHost)] = "Give a host name or an address, without a port.";
        if (SmtpPort is not (>= 1 and <= 65535))
            problems[nameof(SmtpPort)] = "A port is a number from 1 to 65535.";
        if (SmtpUser is { Length: > 320 } || SmtpUser?.Any(char.IsControl) == true)
            problems[nameof(SmtpUser)] = "Give the user's name on one line.";
        var settings = new ChannelSettings
        {
            To = to,
            SmtpHost = host,
            SmtpPort = SmtpPort ?? 587,
            SmtpSecurity = SmtpSecurity,
            SmtpUser = string.IsNullOrWhiteSpace(SmtpUser) ? null : SmtpUser.Trim(),
            From = string.IsNullOrWhiteSpace(From) ? null : From.Trim(),
        };
        var password = string.IsNullOrEmpty(SmtpPassword) ? stored.Password : SmtpPassword;
        if (string.IsNullOrEmpty(SmtpPassword) && stored.Password is not null && before is not null && LeadsElsewhere(before, settings))
            problems[nameof(SmtpPassword)] = "The server is another one: enter the password again.";
        return (settings, new ChannelSecrets(Password: settings.SmtpUser is null ? null : password));
    }

    private (ChannelSettings Settings, ChannelSecrets Secrets) ReadAddress(
        ChannelSettings? before, ChannelSecrets stored, Dictionary<string, string> problems)
    {
        var url = string.IsNullOrWhiteSpace(Url) ? stored.Url : Url.Trim();
        if (ReadUrl(url) is not { } address)
        {
            problems[nameof(Url)] = Kind == ChannelKind.Ntfy
                ? "Give the address of the topic, such as https://ntfy.sh/my-secret-topic."
                : "Give the whole address, such as https://hooks.example.com/services/….";
            return (before ?? new ChannelSettings(), stored);
        }

        if (url != stored.Url && stored.Token is not null && string.IsNullOrEmpty(Token))
            problems[nameof(Token)] = "The address is another one: enter the token again.";
        var token = Kind != ChannelKind.Ntfy ? null : string.IsNullOrEmpty(Token) ? stored.Token : Token.Trim();
        return (new ChannelSettings { Host = address.IdnHost }, stored with { Url = url, Token = token });
    }

    private Uri? ReadUrl(string? text) =>
        text is { Length: <= LongestUrl } && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme is "https" or "http" && uri.UserInfo.Length == 0
            && (Kind != ChannelKind.Ntfy || uri.Segments[^1].Trim('/').Length > 0)
            ? uri
            : null;

    private static bool LeadsElsewhere(ChannelSettings before, ChannelSettings after) =>
        (before.SmtpHost, before.SmtpPort, before.SmtpSecurity, before.SmtpUser)
        != (after.SmtpHost, after.SmtpPort, after.SmtpSecurity, after.SmtpUser);

    private static bool IsWord(string? text) => text is { Length: > 0 and <= 40 } && text.All(c => char.IsAsciiLetterLower(c) || c == '_');

    private static bool IsAddress(string text) =>
        text.Length <= 320 && !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out var address)
        && address.Address.Contains('@', StringComparison.Ordinal);

    private static int Minutes(string? text, string field, Dictionary<string, string> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
            return 0;
        if (TimeOnly.TryParseExact(text.Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return (time.Hour * 60) + time.Minute;
        problems[field] = "Give a time such as 22:00, or nothing.";
        return 0;
    }

    private static string? Clock(ChannelRules rules, int minutes) => rules.QuietFrom == rules.QuietUntil
        ? null
        : new TimeOnly(minutes / 60, minutes % 60).ToString("HH:mm", CultureInfo.InvariantCulture);
}
