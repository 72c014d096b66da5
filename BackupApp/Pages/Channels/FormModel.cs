using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Pages.DataSources;
using BackupApp.Pages.Incidents;
using BackupApp.Protection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace BackupApp.Pages.Channels;

/// <summary>What adding and editing a channel share.</summary>
public abstract class FormModel : FeaturePage
{
    [BindProperty]
    public ChannelInput Input { get; set; } = new();

    public abstract bool IsNew { get; }

    public string AddressHint => (Input.Kind, IsNew) switch
    {
        (_, false) => "Empty: the stored one is kept.",
        (ChannelKind.Ntfy, _) => "Of the topic, such as https://ntfy.sh/my-secret-topic.",
        _ => "Whoever has it may send there: it is stored encrypted and never shown again.",
    };

    public static IReadOnlyList<(string Word, string Title)> AllKinds { get; } =
        [.. Enum.GetValues<IncidentKind>().Select(k => (k.ToSnakeCase(), IncidentWords.Title(k)))];

    public static IReadOnlyList<(string Word, string Title)> AllEnvironments { get; } =
        [.. Enum.GetValues<DataSourceEnvironment>().Select(e => (e.ToSnakeCase(), DataSourceText.Of(e)))];

    public static IReadOnlyList<SelectListItem> Securities { get; } =
    [
        new("STARTTLS (port 587)", nameof(SmtpSecurity.StartTls)),
        new("TLS from the start (port 465)", nameof(SmtpSecurity.Tls)),
        new("None: readable on the way", nameof(SmtpSecurity.None)),
    ];
}

/// <summary>Channels and what they carry, in words.</summary>
internal static class ChannelWords
{
    public static string Title(ChannelKind kind) => kind switch
    {
        ChannelKind.Email => "E-mail",
        ChannelKind.Teams => "Microsoft Teams",
        ChannelKind.Ntfy => "ntfy",
        ChannelKind.Webhook => "Signed webhook",
        _ => kind.ToString(),
    };

    public static string Place(AlertChannel channel) =>
        channel.Kind == ChannelKind.Email ? string.Join(", ", channel.Settings.To) : channel.Settings.Host ?? "";
}
