using System.Text.Json;
using BackupApp.Destinations.S3;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BackupApp.Destinations;

/// <summary>
/// A destination being tested, and saved with what that finds, while somebody watches: the test moves as much as a backup's first
/// parts and may take two minutes. Kept for a day, in the database, since another process may be asked how it goes.
/// </summary>
public sealed class DestinationAttempt
{
    // Its process writes every second; one that is silent for this long has died.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    public Guid Id { get; private set; } = Guid.CreateVersion7();

    /// <summary>The destination that is tested or changed; null while a new one is not saved yet.</summary>
    public Guid? DestinationId { get; private set; }

    /// <summary>What was entered, without the keys; null where a destination is only tested.</summary>
    public string? Input { get; private set; }

    /// <summary>The row that was edited, as the person saw it.</summary>
    public long? EditedVersion { get; private set; }

    public DestinationTestStep Step { get; private set; }

    /// <summary>Bytes of <see cref="Size"/>.</summary>
    public long Sent { get; private set; }

    public long Size { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    public DateTimeOffset BeatAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public bool Ok { get; private set; }

    /// <summary>What was entered was saved, although its test may have failed.</summary>
    public bool Saved { get; private set; }

    /// <summary>What came of it, where it is no fault of a field.</summary>
    public string? Message { get; private set; }

    /// <summary>Field → what is wrong with it, as JSON.</summary>
    public string? Problems { get; private set; }

    public IReadOnlyDictionary<string, string> ProblemsByField =>
        Problems is null ? new Dictionary<string, string>() : JsonSerializer.Deserialize<Dictionary<string, string>>(Problems)!;

    public S3DestinationInput? ReadInput() => Input is null ? null : JsonSerializer.Deserialize<S3DestinationInput>(Input);

    public bool IsRunning(DateTimeOffset now) => FinishedAt is null && now - BeatAt < Silence;

    /// <param name="input">Null to test what is there.</param>
    public static DestinationAttempt Begin(Guid? destinationId, S3DestinationInput? input, uint? editedVersion, DateTimeOffset now) => new()
    {
        DestinationId = destinationId,
        Input = input is null ? null : JsonSerializer.Serialize(input.WithoutKeys()),
        EditedVersion = editedVersion,
        Size = DestinationTrial.Size,
        StartedAt = now,
        BeatAt = now,
    };

    private sealed class Mapping : IEntityTypeConfiguration<DestinationAttempt>
    {
        public void Configure(EntityTypeBuilder<DestinationAttempt> builder)
        {
            builder.ToTable("destination_attempts");
            builder.Property(a => a.Id).ValueGeneratedNever();
            builder.Property(a => a.Input).HasColumnType("jsonb");
            builder.Property(a => a.Problems).HasColumnType("jsonb");
            builder.Property(a => a.Saved).HasDefaultValue(false);
            builder.Ignore(a => a.ProblemsByField);
        }
    }
}
