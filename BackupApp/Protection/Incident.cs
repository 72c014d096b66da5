using BackupApp.Data;
using BackupApp.DataSources;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Protection;

/// <summary>What an incident is about; these words, in snake_case, in the database and the API.</summary>
public enum IncidentKind
{
    Unprotected,
    Damaged,
    Overdue,
    Failing,
    Unscheduled,
    Paused,
    AtRisk,

    /// <summary>A source's state changes so often that each change is worth no message of its own.</summary>
    Unstable,

    /// <summary>Hangfire's servers or its clock stand still.</summary>
    SchedulerDead,

    /// <summary>The disk of BackupApp's own data fills up.</summary>
    DiskLow,

    /// <summary>A channel does not take messages.</summary>
    ChannelFailed,

    /// <summary>Jobs wait, and no worker takes them.</summary>
    QueueDead,

    /// <summary>The master key does not open the key ring any more: BackupApp would not start again.</summary>
    MasterKey,

    /// <summary>Somebody tries passwords, or who may sign in and how got weaker.</summary>
    SignInSecurity,

    /// <summary>A restore failed, or brought back only a part. It happens, and does not last.</summary>
    RestoreFailed,

    /// <summary>A restore ended well. It happens, and does not last.</summary>
    RestoreEnded,
}

/// <summary>
/// A trouble from its begin to its end. There is one open for each subject and kind. People are told of its begin, reminded, and
/// told of its end.
/// </summary>
public sealed class Incident
{
    public const int LongestWhy = 200;

    public Guid Id { get; private set; } = Guid.CreateVersion7();

    /// <summary>What it is about: a source's id, or a word for something of BackupApp's own.</summary>
    public string Subject { get; private set; } = "";

    /// <summary>Its name, as of then.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Null where it is about no source.</summary>
    public Guid? DataSourceId { get; private set; }

    /// <summary>Null where it is about no source.</summary>
    public DataSourceEnvironment? Environment { get; private set; }

    /// <summary>Of a source, as <c>key=value</c>, as of the last look.</summary>
    public IReadOnlyList<string> Labels { get; private set; } = [];

    /// <summary>Of a source: what it stands for, and what its policies are meant for.</summary>
    public IReadOnlyList<DataSourceEnvironment> Environments { get; private set; } = [];

    public IncidentKind Kind { get; private set; }

    /// <summary>The same for all incidents that one trouble brought about.</summary>
    public string Cause { get; private set; } = "";

    /// <summary>In sentences, as of the last look.</summary>
    public string Reason { get; private set; } = "";

    public ProtectionAction Action { get; private set; }

    public Guid? TargetId { get; private set; }

    public DateTimeOffset? LastGoodAt { get; private set; }

    public DateTimeOffset BeganAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>When people were told that it began; null while it is silent.</summary>
    public DateTimeOffset? ToldAt { get; private set; }

    /// <summary>How often they were reminded.</summary>
    public int Reminders { get; private set; }

    /// <summary>
    /// Of an unstable one: the heaviest kind that people were told of while it lasts. Null of others, and of those of versions before,
    /// which silence nothing any more.
    /// </summary>
    public IncidentKind? Covers { get; private set; }

    /// <summary>"I know": no reminder before this.</summary>
    public DateTimeOffset? AcknowledgedUntil { get; private set; }

    public string? AcknowledgedBy { get; private set; }

    public string? AcknowledgedWhy { get; private set; }

    /// <summary>It is what people were told of this state.</summary>
    public bool TellsOf(ProtectionState state) => Kind.ToString() == state.Word.ToString();

    /// <summary>Something that happened and does not last: it is told once, and over with that.</summary>
    public static Incident Happened(Trouble trouble, DateTimeOffset now)
    {
        var incident = Begin(trouble, trouble.At ?? now);
        (incident.ToldAt, incident.EndedAt) = (now, incident.BeganAt);
        return incident;
    }

    public static Incident Begin(Trouble trouble, DateTimeOffset now)
    {
        var incident = new Incident
        {
            Subject = trouble.Subject,
            DataSourceId = trouble.DataSourceId,
            Kind = trouble.Kind,
            BeganAt = now,
        };
        incident.Look(trouble);
        return incident;
    }

    /// <summary>It goes on, as the trouble says now.</summary>
    public void Look(Trouble trouble)
    {
        (Name, Environment, Cause) = (trouble.Name, trouble.Environment, trouble.Cause);
        (Labels, Environments) = (trouble.Labels, trouble.Environments);
        (Reason, Action, TargetId, LastGoodAt) = (trouble.Reason, trouble.Action, trouble.TargetId, trouble.LastGoodAt);
    }

    public void Tell(DateTimeOffset now) => ToldAt = now;

    /// <summary>Those that were held back are not made up for.</summary>
    public void Remind(DateTimeOffset now)
    {
        do
            Reminders++;
        while (IsReminderDue(now));
    }

    public void End(DateTimeOffset now) => EndedAt = now;

    /// <summary>People know of this kind: an unstable subject's next one is no news.</summary>
    public void Cover(IncidentKind told) => Covers = told;

    /// <summary>What is heavier than all that people were told of they are told of. A pause is wanted, and changes nothing.</summary>
    public bool Silences(IncidentKind kind) => kind != IncidentKind.Paused && Covers <= kind;

    /// <summary>What of its subject is not told one by one while it lasts; none of most. Only a source has several kinds.</summary>
    public IEnumerable<IncidentKind> Silenced =>
        Enum.GetValues<IncidentKind>().Where(k => k == Covers || (DataSourceId is not null && k < IncidentKind.Unstable && Silences(k)));

    /// <summary>It goes on, and nothing is the matter right now.</summary>
    public void Say(string reason) => Reason = reason;

    /// <summary>Reminders go on.</summary>
    public void TakeBack() => (AcknowledgedUntil, AcknowledgedBy, AcknowledgedWhy) = (null, null, null);

    public void Acknowledge(DateTimeOffset until, string by, string why) =>
        (AcknowledgedUntil, AcknowledgedBy, AcknowledgedWhy) = (until, by, why);

    /// <summary>Somebody said so, and that counts still.</summary>
    public bool IsKnownAt(DateTimeOffset now) => EndedAt is null && AcknowledgedUntil > now;

    /// <summary>
    /// After 1, 3 and then every 7 days since people were told. Of a pause, which somebody wanted, every 7 days since it began.
    /// </summary>
    public bool IsReminderDue(DateTimeOffset now) =>
        !(AcknowledgedUntil > now) && now - (ToldAt ?? BeganAt) >= TimeSpan.FromDays((Kind, Reminders) switch
        {
            (IncidentKind.Paused, _) => 7 * (Reminders + 1),
            (_, 0) => 1,
            _ => 3 + (7 * (Reminders - 1)),
        });

    private sealed class Mapping : IEntityTypeConfiguration<Incident>
    {
        public void Configure(EntityTypeBuilder<Incident> builder)
        {
            builder.ToTable("incidents");
            builder.Property(i => i.Id).ValueGeneratedNever();
            builder.Property(i => i.Labels).AsJson().HasDefaultValueSql("'[]'");
            builder.Property(i => i.Environments).AsJson().HasDefaultValueSql("'[]'");
            builder.Property(i => i.AcknowledgedWhy).HasMaxLength(LongestWhy);
            // Two processes, or a round that is repeated, never open a second one.
            builder.HasIndex(i => new { i.Subject, i.Kind }).IsUnique().HasFilter("ended_at is null");
            builder.HasIndex(i => new { i.BeganAt, i.Id }).IsDescending();
            builder.HasIndex(i => new { i.DataSourceId, i.BeganAt }).IsDescending(false, true);
        }
    }
}
