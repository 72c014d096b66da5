using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.Pages.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Channels;

public sealed class EditModel(AppDbContext db, ChannelEditor editor) : FormModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    /// <summary>The row as this person saw it.</summary>
    [BindProperty]
    public uint Version { get; set; }

    public string CurrentName { get; private set; } = "";

    public override bool IsNew => false;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } channel)
            return NotFound();
        (Input, Version, CurrentName) = (ChannelInput.Of(channel), channel.Version, channel.Name);
        return Page();
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveInputAsync(
        async () =>
        {
            await editor.UpdateAsync(Id, Version, Input, cancellationToken);
            return ToList();
        },
        async () => CurrentName = (await FindAsync(cancellationToken))?.Name ?? "");

    public Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await editor.DeleteAsync(Id, cancellationToken);
            return ToList();
        },
        ToList);

    public Task<IActionResult> OnPostRotateAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            var secret = await editor.RotateAsync(Id, cancellationToken);
            TempData.ShowOnce((await editor.FindAsync(Id, cancellationToken)).Name, secret);
            return ToList();
        },
        ToList);

    private Task<AlertChannel?> FindAsync(CancellationToken cancellationToken) =>
        db.Set<AlertChannel>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == Id && !c.IsContract, cancellationToken);

    private RedirectToPageResult ToList() => RedirectToPage("Index", new { id = (Guid?)null });
}
