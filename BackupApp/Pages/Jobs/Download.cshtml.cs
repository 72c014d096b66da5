using BackupApp.Destinations;
using BackupApp.Network;
using BackupApp.Pages.Ui;
using BackupApp.Stored;
using BackupApp.Tools;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace BackupApp.Pages.Jobs;

/// <summary>
/// Mints a link, starts the download and shows the link for use elsewhere. A page rather than a redirect: the
/// security policy forbids a form to end at another host, and people want the link on the server where they restore.
/// </summary>
public sealed class DownloadModel(DownloadLinks links, IOptions<PublicAddress> address) : FeaturePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    /// <summary>Null where the job has only one.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Artifact { get; set; }

    public DownloadLink Link { get; private set; } = null!;

    /// <summary>Absolute, also where the app serves the file itself.</summary>
    public string Address => Link.Url.IsAbsoluteUri ? Link.Url.AbsoluteUri : address.Value.LinkTo(Request, Link.Url.OriginalString);

    public string Curl => $"curl --fail --output {ShellWord.Quote(Link.FileName)} {ShellWord.Quote(Address)}";

    /// <summary>A link is minted by a button, not by an address: prefetching and reloading leave no entry in the audit log.</summary>
    public IActionResult OnGet() => Back();

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            try
            {
                Link = await links.CreateAsync(Id, Artifact, cancellationToken);
                return Page();
            }
            catch (StoreException e)
            {
                TempData.Error(e.Message);
                return Back();
            }
        },
        Back);

    private RedirectToPageResult Back() => RedirectToPage("Details", new { Id });
}
