using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Errors;

namespace BackupApp.Policies;

/// <summary>What somebody who protects a database says beside its connection: what it is for, when, how long kept, and where to.</summary>
public sealed class ProtectTerms
{
    /// <summary>What a problem of <see cref="Schedule"/>'s fields begins with.</summary>
    public const string SchedulePrefix = $"{nameof(Schedule)}.";

    /// <summary>Nobody is given one: what is called production decides who is woken at night.</summary>
    public DataSourceEnvironment? Environment { get; set; }

    /// <summary>One of the databases that were found on the server instead of the URI's own, or the whole server.</summary>
    public string? What { get; set; }

    /// <summary>A policy that there is already, instead of a new one by the fields below.</summary>
    public Guid? PolicyId { get; set; }

    public ScheduleWords Schedule { get; set; } = new();

    public string? TimeZone { get; set; } = TimeZones.Default;

    public int? KeepDays { get; set; } = 14;

    public int? KeepLast { get; set; } = 7;

    public Guid? DestinationId { get; set; } = StorageDestination.ManagedId;

    /// <summary>Whether a problem of this field is one of these terms, and not of the source.</summary>
    public static bool Has(string field) => field is nameof(Environment) or nameof(PolicyId) or nameof(TimeZone)
        or nameof(KeepDays) or nameof(KeepLast) or nameof(DestinationId) || field.StartsWith(SchedulePrefix, StringComparison.Ordinal);

    /// <summary>Whether they are complete and can be read, whatever the source is.</summary>
    /// <exception cref="InvalidInputException"/>
    public void Check()
    {
        var problems = new Dictionary<string, string>();
        Apply(new DataSourceInput(), problems);
        if (PolicyId is null)
            ToPolicy(problems).ReadTerms(problems);
        if (problems.Count > 0)
            throw new InvalidInputException(Rename(problems));
    }

    /// <summary>Says the source what of the server is meant, and what it is for; what is missing is noted.</summary>
    internal void Apply(DataSourceInput source, Dictionary<string, string> problems)
    {
        Pick(source);
        if (Environment is { } environment)
            source.Environment = environment;
        else
            problems[nameof(Environment)] = "Choose what it is for: alerts and filters go by it.";
    }

    /// <summary>Says the source what of the server is meant.</summary>
    public void Pick(DataSourceInput source)
    {
        if (What is Server)
            source.Selection.Scope = SourceScope.Server;
        else if (What?.StartsWith(Database, StringComparison.Ordinal) == true)
        {
            source.Selection.Scope = SourceScope.Database;
            source.OtherDatabase = What[Database.Length..];
        }
    }

    /// <summary>The whole server, as a value of <see cref="What"/>.</summary>
    public const string Server = "server";

    /// <summary>In front of a database's name, as a value of <see cref="What"/>.</summary>
    public const string Database = "database:";

    /// <summary>The policy that these terms make, without its name; what is wrong with the schedule's words is noted.</summary>
    internal PolicyInput ToPolicy(Dictionary<string, string> problems)
    {
        var cron = Schedule.ToCron(SchedulePrefix, problems);
        return new PolicyInput
        {
            Cron = cron ?? "0 0 * * *",
            TimeZone = TimeZone,
            KeepDays = KeepDays,
            KeepLast = KeepLast,
            DestinationId = DestinationId,
        };
    }

    /// <summary>Problems under the names that a policy's form has, under the names of these terms.</summary>
    internal static Dictionary<string, string> Rename(IReadOnlyDictionary<string, string> problems) => problems.ToDictionary(
        p => p.Key == nameof(PolicyInput.Cron) ? SchedulePrefix + nameof(ScheduleWords.Cron) : p.Key, p => p.Value);
}
