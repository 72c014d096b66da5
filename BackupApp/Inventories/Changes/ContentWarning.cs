using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Inventories.Changes;

/// <summary>A warning about what one artifact holds: look at it before you trust the backup. Whoever knows better silences it.</summary>
public sealed class ContentWarning
{
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public Guid ArtifactId { get; private set; }

    public Guid JobId { get; private set; }

    public Guid DataSourceId { get; private set; }

    /// <summary>The artifact that this one was compared with: the newest before it about which nothing is open.</summary>
    public Guid BaselineId { get; private set; }

    public WarningRule Rule { get; private set; }

    /// <summary>Of the table; empty for the whole database.</summary>
    public string Schema { get; private set; } = "";

    public string Table { get; private set; } = "";

    public long Before { get; private set; }

    public long After { get; private set; }

    /// <summary>For people, without a full stop.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Somebody said that it was meant.</summary>
    public DateTimeOffset? SilencedAt { get; private set; }

    public string? SilencedBy { get; private set; }

    public string? SilencedWhy { get; private set; }

    public static ContentWarning Create(FoundWarning found, Guid artifactId, Guid jobId, Guid dataSourceId, Guid baselineId) => new()
    {
        ArtifactId = artifactId,
        JobId = jobId,
        DataSourceId = dataSourceId,
        BaselineId = baselineId,
        Rule = found.Rule,
        Schema = found.Schema,
        Table = found.Table,
        Before = found.Before,
        After = found.After,
        Text = found.Text,
    };

    /// <summary>
    /// The same that somebody has silenced already, and no worse, seen again because something else about that run is still open.
    /// </summary>
    public bool IsRepeatOf(ContentWarning silenced) =>
        (BaselineId, Rule, Schema, Table) == (silenced.BaselineId, silenced.Rule, silenced.Schema, silenced.Table)
        && (Rule is WarningRule.ExtensionsChanged or WarningRule.ArchiveNotUnderstood
            ? Told == silenced.Told
            : After >= silenced.After);

    // Which extensions, or which damage: only the words say it. After how many bytes an archive is damaged differs from run to run.
    private string Told =>
        Rule == WarningRule.ArchiveNotUnderstood && Text.LastIndexOf(", after ", StringComparison.Ordinal) is > 0 and var end
            ? Text[..end]
            : Text;

    public void Silence(DateTimeOffset at, string? by, string? why) => (SilencedAt, SilencedBy, SilencedWhy) = (at, by, why);

    private sealed class Mapping : IEntityTypeConfiguration<ContentWarning>
    {
        public void Configure(EntityTypeBuilder<ContentWarning> builder)
        {
            builder.ToTable("content_warnings");
            builder.Property(w => w.Id).ValueGeneratedNever();
            builder.HasIndex(w => w.JobId);
            builder.HasIndex(w => w.ArtifactId).HasFilter("silenced_at is null");
            // Those about which somebody has decided, for the next run to remember.
            builder.HasIndex(w => w.BaselineId).HasFilter("silenced_at is not null");
        }
    }
}
