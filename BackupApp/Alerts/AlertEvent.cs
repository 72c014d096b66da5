namespace BackupApp.Alerts;

/// <summary>What an alert says of its incident.</summary>
public enum AlertWhat
{
    Begin,
    Reminder,
    End,
    Test,

    /// <summary>It happened, and is over: it is told this once.</summary>
    Event,
}

/// <summary>When people want to know it.</summary>
public enum AlertUrgency
{
    /// <summary>At once and through quiet hours.</summary>
    Now,

    /// <summary>At once, but not through quiet hours.</summary>
    Soon,

    /// <summary>In the morning; of production after the quiet hours.</summary>
    Morning,
}

/// <summary>Something to tell.</summary>
/// <param name="IncidentId">Null for a test.</param>
/// <param name="Kind">The incident's word.</param>
/// <param name="Title">Seriousness and source: "Overdue: shop (prod)".</param>
/// <param name="Name">Of what it is about.</param>
/// <param name="Environment">Null where it is about no source.</param>
/// <param name="Cause">The same for all that one trouble brought about.</param>
/// <param name="Text">What happened, in sentences.</param>
/// <param name="Since">When it began.</param>
/// <param name="LastGoodAt">The last good backup.</param>
/// <param name="Action">The thing to do, in some words.</param>
/// <param name="Path">Of the page about it, from the application's root.</param>
/// <param name="ExceptChannelId">It is about this channel, which will not tell it.</param>
public sealed record AlertEvent(
    Guid? IncidentId,
    AlertWhat What,
    string Kind,
    AlertUrgency Urgency,
    string Title,
    string Name,
    string? Environment,
    string Cause,
    string Text,
    DateTimeOffset Since,
    DateTimeOffset? LastGoodAt,
    string? Action,
    string Path,
    Guid? ExceptChannelId = null)
{
    /// <summary>As <c>key=value</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Words of environments: besides <paramref name="Environment"/> those that its policies are meant for.</summary>
    public IReadOnlyList<string> Environments { get; init; } = [];

    /// <summary>Words of incidents that are not told one by one while this one lasts.</summary>
    public IReadOnlyList<string> Silences { get; init; } = [];

    public bool IsProduction => Environment == "prod" || Environments.Contains("prod");
}

/// <summary>What a channel sends: one or many alerts. Its id stays the same however often it is sent.</summary>
/// <param name="Link">To the page about it; null where the server's own address is not configured.</param>
/// <param name="ConfirmLink">"I received this"; only of a test.</param>
/// <param name="Letter">What an e-mail says instead of alerts.</param>
public sealed record AlertMessage(
    Guid Id, string Title, IReadOnlyList<AlertEvent> Alerts, DateTimeOffset CreatedAt, string? Link, string? ConfirmLink = null,
    AlertLetter? Letter = null)
{
    /// <summary>E-mail: those who have not got it yet, where others have; empty for all.</summary>
    public IReadOnlyList<string> OnlyTo { get; init; } = [];

    /// <summary>Shown of each cause; what one thing brought about is one line.</summary>
    public const int MostLines = 20;

    public bool IsAllOver => Alerts.All(a => a.What == AlertWhat.End);

    /// <summary>The text, a paragraph for each cause.</summary>
    public IReadOnlyList<string> Paragraphs()
    {
        var causes = Alerts.GroupBy(a => (a.Cause, a.What, a.Kind)).ToList();
        var shown = causes.Take(MostLines).Select(g => Paragraph([.. g])).ToList();
        if (causes.Count > MostLines)
            shown.Add($"And {causes.Count - MostLines} more.");
        return shown;
    }

    private static string Paragraph(AlertEvent[] alerts)
    {
        var first = alerts[0];
        var title = alerts.Length == 1 ? first.Title : $"{first.Title} and {alerts.Length - 1} more: {Names(alerts)}";
        string?[] parts =
        [
            $"{title}.",
            first.Text,
            first.What switch
            {
                AlertWhat.Test => null,
                AlertWhat.Event => $"At {Moment(first.Since)}.",
                _ => $"Since {Moment(first.Since)}.",
            },
            first.LastGoodAt is { } good ? $"Last good backup: {Moment(good)}." : null,
            first is { Action: { } action, What: not AlertWhat.End } ? $"To do: {action}." : null,
        ];
        return string.Join(' ', parts.OfType<string>());
    }

    private static string Names(AlertEvent[] alerts)
    {
        const int most = 10;
        var names = string.Join(", ", alerts.Skip(1).Take(most).Select(a => a.Name));
        return alerts.Length - 1 > most ? $"{names}, …" : names;
    }

    private static string Moment(DateTimeOffset at) =>
        at.UtcDateTime.ToString("d MMM yyyy HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A letter that is composed already.</summary>
/// <param name="Html">A part of a body, in which everything that is not ours is escaped.</param>
public sealed record AlertLetter(string Text, string Html);
