using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.Network;
using BackupApp.Pages.Ui;
using BackupApp.Pings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Pages.Channels;

/// <summary>The channels, and what went through them.</summary>
public sealed class IndexModel(
    AppDbContext db, ChannelTests tests, Dispatcher dispatcher, PingTargets pings, IOptions<PublicAddress> address) : FeaturePage
{
    private const int Shown = 25;

    public IReadOnlyList<AlertChannel> Rows { get; private set; } = [];

    public IReadOnlyList<(AlertDelivery Delivery, string Channel)> Deliveries { get; private set; } = [];

    /// <summary>Whether alerts have links to the pages that they are about.</summary>
    public bool HasLinks => address.Value.Address is not null;

    /// <summary>That of the installation; null without one.</summary>
    public PingView? Ping { get; private set; }

    [BindProperty]
    public PingInput Input { get; set; } = new();

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        Input.Style = Ping?.Style;
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Ping = await pings.FindAsync(PingTarget.InstallationId, cancellationToken);
        Rows = await db.Set<AlertChannel>().AsNoTracking().OrderBy(c => c.Name).ToListAsync(cancellationToken);
        var names = Rows.ToDictionary(c => c.Id, c => c.Name);
        var deliveries = await db.Set<AlertDelivery>().AsNoTracking().OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id)
            .Take(Shown)
            .ToListAsync(cancellationToken);
        Deliveries = deliveries.ConvertAll(d => (d, names.GetValueOrDefault(d.ChannelId, "")));
    }

    public Task<IActionResult> OnPostTestAsync(Guid id, CancellationToken cancellationToken) => ActAsync(
        async () => Say(
            await tests.SendAsync(id, path => address.Value.LinkTo(Request, path), cancellationToken),
            "Follow the link in it: only that shows that it arrived."),
        Back);

    public Task<IActionResult> OnPostAgainAsync(Guid id, CancellationToken cancellationToken) =>
        ActAsync(async () => Say(await dispatcher.SendNowAsync(id, cancellationToken), ""), Back);

    public Task<IActionResult> OnPostPingAsync(CancellationToken cancellationToken) => SaveInputAsync(
        async () =>
        {
            await pings.SetInstallationAsync(Input, cancellationToken);
            TempData.Success("Saved. The first ping goes out within seconds; what the monitor answers is shown here.");
            return Back();
        },
        () => LoadAsync(cancellationToken));

    public Task<IActionResult> OnPostRemovePingAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await pings.RemoveInstallationAsync(cancellationToken);
            TempData.Success("The monitor is not called any more. Remove it there too, or it raises an alarm.");
            return Back();
        },
        Back);

    private RedirectToPageResult Say(ChannelAnswer answer, string more)
    {
        if (answer.Ok)
            TempData.Success($"Sent. The other side said: {answer.Excerpt}. {more}".TrimEnd());
        else
            TempData.Error($"It was not taken: {answer.Excerpt}");
        return Back();
    }

    private RedirectToPageResult Back() => RedirectToPage("Index", new { id = (Guid?)null });
}
