using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Streams;
using BackupApp.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Backups;

/// <summary>
/// One object of a job. Its row, with the key, is written before anything is stored, so that whatever happens somebody knows
/// where to look; for a whole server all rows are written before the first dump, so that everybody knows what is missing.
/// </summary>
public sealed class BackupArtifact
{
    public Guid Id { get; private set; } = Guid.CreateVersion7();

    public Guid JobId { get; private set; }

    /// <summary>Its place among the job's artifacts, from 0: the order in which they are dumped and restored.</summary>
    public int Position { get; private set; }

    public ArtifactKind Kind { get; private set; }

    public ArtifactStatus Status { get; private set; }

    /// <summary>See <see cref="DumpTarget.Database"/>.</summary>
    public string Database { get; private set; } = "";

    /// <summary>Where it is, or will be.</summary>
    public StoredCopy Copy { get; private set; } = new();

    /// <summary>What was made of the tool's output: planned with the copy, and so known of what failed, too.</summary>
    public StoredForm Form { get; private set; } = StoredForm.AsWritten;

    /// <summary>
    /// When the key of an artifact that failed or was canceled is looked at next, for something that a stray worker left there.
    /// </summary>
    public DateTimeOffset? CleanupDueAt { get; private set; }

    /// <summary>Bytes that the tool wrote.</summary>
    public long? BytesRead { get; private set; }

    /// <summary>Bytes of the object.</summary>
    public long? Size { get; private set; }

    public byte[]? Sha256 { get; private set; }

    public string? ToolVersion { get; private set; }

    /// <summary>What it does not hold though people may expect it.</summary>
    public string? Note { get; private set; }

    /// <summary>The same, one thing at a time, each with what to do about it.</summary>
    public IReadOnlyList<string> Notes => Note?.Split('\n') ?? [];

    /// <summary>What makes the database besides what the archive holds of it; null where that is not known.</summary>
    public DatabaseTraits? Traits { get; private set; }

    public RunStage? ErrorStage { get; private set; }

    public string? ErrorCode { get; private set; }

    public string? ErrorSummary { get; private set; }

    /// <summary>Since when its object is known to be gone or not what was stored; null where nothing is known against it.</summary>
    public DateTimeOffset? DamagedAt { get; private set; }

    /// <summary>What is wrong with it, as a sentence.</summary>
    public string? Damage { get; private set; }

    /// <summary>Neither stored nor given up.</summary>
    public bool IsOpen => Status is ArtifactStatus.Pending or ArtifactStatus.Running;

    public DumpTarget Target => new(Kind, Database);

    /// <summary>Its database in a sentence, without anything that a terminal would act on.</summary>
    public string ShownDatabase => ShellWord.Show(Database);

    /// <summary>The name that a downloaded file gets.</summary>
    public string FileName => ObjectNames.FileName(Copy.Key);

    /// <summary>A download of it.</summary>
    public StoredFile File => new(FileName, Form);

    public static BackupArtifact Create(BackupJob job, int position, DumpTarget target, StorageDestination destination, string key) => new()
    {
        JobId = job.Id,
        Position = position,
        Kind = target.Kind,
        Database = target.Database,
        Copy = StoredCopy.Plan(destination, key),
        Form = job.Form,
    };

    /// <summary>Notes as they are kept: a line each; null for none.</summary>
    public static string? Join(IEnumerable<string> notes) =>
        string.Join('\n', notes.Select(note => note.ReplaceLineEndings(" "))) is { Length: > 0 } text ? text : null;

    private sealed class Mapping : IEntityTypeConfiguration<BackupArtifact>
    {
        public void Configure(EntityTypeBuilder<BackupArtifact> builder)
        {
            builder.ToTable("backup_artifacts");
            builder.Property(a => a.Id).ValueGeneratedNever();
            // For rows from before there were several; a new one always says what it is.
            builder.Property(a => a.Position).HasDefaultValue(0);
            builder.Property(a => a.Kind).HasDefaultValue(ArtifactKind.Database).ValueGeneratedNever();
            builder.Property(a => a.Status).HasDefaultValue(ArtifactStatus.Success).ValueGeneratedNever();
            builder.ComplexProperty(a => a.Copy);
            builder.ComplexProperty(a => a.Form);
            builder.Ignore(a => a.Target);
            builder.Ignore(a => a.File);
            builder.Ignore(a => a.Notes);
            builder.Property(a => a.Traits).AsJson();
            builder.HasIndex(a => a.JobId);
            builder.HasIndex(a => a.CleanupDueAt).HasFilter("cleanup_due_at is not null");
            // Few, and looked for every few seconds.
            builder.HasIndex(a => a.DamagedAt).HasFilter("damaged_at is not null");
        }
    }
}
