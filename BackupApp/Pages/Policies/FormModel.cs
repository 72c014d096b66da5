using System.Globalization;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Pages.DataSources;
using BackupApp.Pings;
using BackupApp.Policies;
using BackupApp.Retention;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Policies;

/// <summary>What adding and editing a policy share.</summary>
public abstract class FormModel(AppDbContext db, TimeProvider time) : FeaturePage
{
    /// <summary>Schedules to start from.</summary>
    public static readonly IReadOnlyList<(string Title, string Cron)> Presets =
        [("Hourly", "0 * * * *"), ("Daily at 02:15", "15 2 * * *"), ("Weekly, Sunday 03:30", "30 3 * * 0")];

    /// <summary>A run that is missed for an hour only is soon there anyway.</summary>
    public static readonly IReadOnlyList<SelectListItem> Downtimes =
        [new("If it runs daily or less often", ""), new("Yes", bool.TrueString), new("No", bool.FalseString)];

    [BindProperty]
    public PolicyInput Input { get; set; } = new();

    public IReadOnlyList<SelectListItem> Destinations { get; private set; } = [];

    public ScheduleOutlook Outlook => ScheduleOutlook.Of(Input.Cron, Input.TimeZone, time.GetUtcNow());

    /// <summary>The policy that is being changed; null for a new one.</summary>
    public virtual Guid? PolicyId => null;

    /// <summary>Null without one.</summary>
    public PingView? Ping { get; protected set; }

    /// <summary>What would go at once if the form were saved as it is.</summary>
    public virtual ExpiryPreview Expiry => ExpiryPreview.Nothing;

    public RetentionRule? Retention => Rule(Input.KeepDays, Input.KeepLast);

    public IEnumerable<SelectListItem> CompressionLevels =>
    [
        new("None: stored as the tool writes it", ""),
        .. Enumerable.Range(0, 10).Select(level => new SelectListItem(InWords(level), level.ToString(CultureInfo.InvariantCulture))),
    ];

    public IEnumerable<SelectListItem> Environments =>
    [
        new("Anything", ""),
        .. Enum.GetValues<DataSourceEnvironment>().Select(e => new SelectListItem(DataSourceText.Of(e), e.ToString())),
    ];

    public static RetentionRule? Rule(int? days, int? last) =>
        days is >= 0 and <= PolicyInput.MaxKeepDays && last is >= 0 and <= PolicyInput.MaxKeepLast
            ? new RetentionRule(days.Value, last.Value)
            : null;

    /// <summary>Without a script: a preset, or "Show next runs", shows the form again with what it comes to. Nothing is saved.</summary>
    public async Task<IActionResult> OnPostPreviewAsync(string? preset, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        if (preset is not null)
        {
            Input.Cron = preset;
            ModelState.Remove("Input.Cron"); // or the field would show what was posted
        }

        return Page();
    }

    /// <summary>What the form needs besides its input.</summary>
    protected virtual async Task LoadAsync(CancellationToken cancellationToken) =>
        Destinations = await db.Set<StorageDestination>()
            .OrderByDescending(d => d.IsManaged).ThenBy(d => d.Name)
            .Select(
                d => new SelectListItem(d.AppendOnly ? d.Name + " (cannot delete: what expires is only hidden)" : d.Name, d.Id.ToString()))
            .ToListAsync(cancellationToken);

    protected Task<IActionResult> SaveInputAsync(Func<Task<IActionResult>> save, CancellationToken cancellationToken) =>
        SaveInputAsync(save, () => LoadAsync(cancellationToken));

    private static string InWords(int level) => level switch
    {
        0 => "0: gzip without compression",
        1 => "1: fastest",
        PolicyInput.DefaultCompressionLevel => $"{level}: recommended",
        9 => "9: slowest, hardly ever smaller",
        _ => $"{level}",
    };
}
