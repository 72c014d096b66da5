using BackupApp.Data;
using BackupApp.Pages.Restores;
using BackupApp.Policies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Protect;

/// <summary>Many databases at once, by their URIs. What was pasted is kept encrypted in the page between the test and the rest.</summary>
public sealed class ManyModel(AppDbContext db, ManyUris uris, IDataProtectionProvider protection, TimeProvider time)
    : ProtectPage(db, time)
{
    private readonly LoginKeeper _keeper = new(protection);

    [BindProperty]
    public string? Uris { get; set; }

    [BindProperty]
    public string? Kept { get; set; }

    [BindProperty]
    public bool RunsNow { get; set; } = true;

    /// <summary>Empty before the first test.</summary>
    public IReadOnlyList<TriedUri> Tried { get; private set; } = [];

    public int Working => Tried.Count(uri => uri.Works);

    /// <summary>Those that were made: then the page is a report.</summary>
    public int Made => Tried.Count(uri => uri.Made is not null);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await SuggestTimeAsync(cancellationToken);
        await LoadAsync(cancellationToken);
    }

    /// <summary>Without a script: what the schedule and the rule come to, with the whole page.</summary>
    public Task<IActionResult> OnPostPlanAsync(CancellationToken cancellationToken)
    {
        ReadSecrets();
        return AgainAsync(cancellationToken);
    }

    public Task<IActionResult> OnPostTryAsync(CancellationToken cancellationToken) => DoAsync(
        async lines => Tried = await uris.TryAsync(lines, cancellationToken), cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => DoAsync(
        async lines => Tried = await uris.ProtectAsync(lines, Terms, RunsNow, cancellationToken), cancellationToken);

    protected override Task LoadAsync(CancellationToken cancellationToken)
    {
        // Or the fields would show what was posted.
        ModelState.Remove(nameof(Uris));
        ModelState.Remove(nameof(Kept));
        (Kept, Uris) = (Made > 0 ? null : _keeper.Keep(Uris), null);
        return base.LoadAsync(cancellationToken);
    }

    protected override void ReadSecrets() => Uris = _keeper.Read(Uris, Kept);

    private Task<IActionResult> DoAsync(Func<IReadOnlyList<string>, Task> act, CancellationToken cancellationToken)
    {
        ReadSecrets();
        return GuardAsync(
            async () =>
            {
                await act(ManyUris.Lines(Uris));
                return await AgainAsync(cancellationToken);
            },
            cancellationToken);
    }
}
