using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Policies;
using BackupApp.Retention;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Protect;

/// <summary>What protecting one database and protecting many of them share: the terms, and what there is to choose from.</summary>
public abstract class ProtectPage(AppDbContext db, TimeProvider time) : DataSources.FormModel
{
    // Fields of the source that have a place on these pages; whatever else is wrong is said above the form.
    private static readonly string[] Shown =
    [
        nameof(DataSourceInput.Name), nameof(DataSourceInput.Uri), nameof(DataSourceInput.Host), nameof(DataSourceInput.Port),
        nameof(DataSourceInput.Database), nameof(DataSourceInput.Username), nameof(DataSourceInput.Password),
        nameof(DataSourceInput.TlsMode),
    ];

    // Of a script that wants a part of the page, and not all of it.
    private const string PartHeader = "X-Part";

    protected AppDbContext Db { get; } = db;

    protected TimeProvider Time { get; } = time;

    [BindProperty]
    public ProtectTerms Terms { get; set; } = new();

    public override bool IsNew => true;

    /// <summary>Empty for none yet.</summary>
    public IReadOnlyList<SelectListItem> Policies { get; private set; } = [];

    public IReadOnlyList<SelectListItem> Destinations { get; private set; } = [];

    /// <summary>Null before a test of it.</summary>
    public DestinationTestRecord? TestedDestination { get; private set; }

    public PlanView Plan => PlanView.Of(Terms.Schedule, Terms.TimeZone, Terms.KeepDays, Terms.KeepLast, Time.GetUtcNow());

    protected bool WantsPart => Request.Headers.ContainsKey(PartHeader);

    public async Task<IActionResult> OnPostTestDestinationAsync(
        [FromServices] DestinationEditor destinations, CancellationToken cancellationToken)
    {
        ReadSecrets();
        if (Terms.DestinationId is not { } id || !await Db.Set<StorageDestination>().AnyAsync(d => d.Id == id, cancellationToken))
            return NotFound();
        TestedDestination = await destinations.TestAsync(id, null, cancellationToken);
        return WantsPart ? Partial("_TestedDestination", TestedDestination) : await AgainAsync(cancellationToken);
    }

    /// <summary>What was typed before the page was shown again.</summary>
    protected abstract void ReadSecrets();

    protected async Task<IActionResult> AgainAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <summary>
    /// The fields start with a time of the night that other sources do not have, in the installation's zone: a script puts the reader's.
    /// </summary>
    protected async Task SuggestTimeAsync(CancellationToken cancellationToken)
    {
        var sources = await Db.Set<DataSource>().IgnoreQueryFilters().CountAsync(cancellationToken);
        Terms.Schedule.Time = ScheduleWords.NightTime(sources);
        if (!TimeZoneInfo.Local.HasSameRules(TimeZoneInfo.Utc)) // which is the default, and has several names
            Terms.TimeZone = TimeZones.Find(TimeZoneInfo.Local.Id)?.Id ?? TimeZones.Default;
        Terms.Schedule.Cron = Terms.Schedule.ToCron("", []); // for whoever goes on from there
    }

    protected virtual async Task LoadAsync(CancellationToken cancellationToken)
    {
        var policies = await Db.Set<BackupPolicy>()
            .OrderBy(p => p.NameKey)
            .Join(Db.Set<StorageDestination>(), p => p.DestinationId, d => d.Id, (p, d) => new { Policy = p, Destination = d.Name })
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        Policies = policies.ConvertAll(p => new SelectListItem(InWords(p.Policy, p.Destination), p.Policy.Id.ToString()));
        var destinations = await Db.Set<StorageDestination>()
            .OrderByDescending(d => d.IsManaged).ThenBy(d => d.Name)
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        Destinations = destinations.ConvertAll(d => new SelectListItem(InWords(d), d.Id.ToString()));
    }

    /// <summary>Runs it; what is wrong goes beside its field, and the page is shown again.</summary>
    protected async Task<IActionResult> GuardAsync(Func<Task<IActionResult>> act, CancellationToken cancellationToken)
    {
        if (ModelState.IsValid)
        {
            try
            {
                return await act();
            }
            catch (InvalidInputException e)
            {
                Note(e.Problems);
            }
            catch (ConflictException e)
            {
                ModelState.AddModelError("", e.Message);
            }
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    protected void Note(IReadOnlyDictionary<string, string> problems)
    {
        foreach (var (field, problem) in problems)
            ModelState.AddModelError(Place(field), problem);
    }

    /// <summary>Whether something is said beside this field; for those that are made by hand.</summary>
    public bool IsWrong(string field) => ModelState[field]?.Errors.Count > 0;

    // Who pasted a URI looks for its faults there.
    private string Place(string field)
    {
        if (ProtectTerms.Has(field))
            return $"{nameof(Terms)}.{field}";
        var isName = field == nameof(DataSourceInput.Name);
        if (Input.Mode == CredentialMode.ConnectionUri && !isName && IsShown(field))
            return $"{nameof(Input)}.{nameof(Input.Uri)}";
        return IsShown(field) ? $"{nameof(Input)}.{field}" : "";
    }

    private static bool IsShown(string field) =>
        Shown.Contains(field) || field.StartsWith(nameof(DataSourceInput.Mongo) + ".", StringComparison.Ordinal);

    private static string InWords(StorageDestination destination)
    {
        var place = destination.Kind == DestinationKind.Folder ? "a folder of this server" : destination.Bucket ?? "";
        return $"{destination.Name} ({place}){(destination.LastTest is { Ok: false } ? ", does not work yet" : "")}";
    }

    private static string InWords(BackupPolicy policy, string destination) =>
        $"{policy.Name}: {ScheduleWords.Of(policy.Cron).Sentence} {policy.TimeZone}, to {destination}. "
        + new RetentionRule(policy.KeepDays, policy.KeepLast).Sentence;
}
