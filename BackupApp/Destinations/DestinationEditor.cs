using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Destinations.S3;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Destinations;

/// <summary>
/// Adds, changes and tests storage destinations: the same for pages and API. People may save one that does not work yet, and mend it;
/// by API it has to pass its test.
/// </summary>
public sealed class DestinationEditor(
    AppDbContext db,
    AuditLog audit,
    ObjectStores stores,
    DestinationTest test,
    IDestinationUse use,
    SecretBox secrets,
    TimeProvider time)
{
    /// <exception cref="InvalidInputException">Also when the test failed: then <see cref="TestFailed"/> says why.</exception>
    /// <param name="mustPass">Otherwise it is saved with what its test found, whatever that is.</param>
    /// <param name="progress">Told what the test does, which takes up to <see cref="DestinationTest.Limit"/>.</param>
    public async Task<StorageDestination> CreateAsync(
        S3DestinationInput input, bool mustPass, Action<DestinationTestProgress>? progress, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<string, string>();
        var name = input.ReadName(problems);
        var location = input.ReadLocation(problems);
        var keys = input.ReadKeys(null, moved: true, problems);
        if (problems.Count > 0)
            throw new InvalidInputException(problems);

        var record = await new RequiredTest(stores, test, time).RunAsync(location, keys!, mustPass, progress, cancellationToken);
        var destination = StorageDestination.CreateS3(name, location, keys!, secrets, time.GetUtcNow());
        destination.RecordTest(record);
        db.Add(destination);
        audit.Record(AuditActions.DestinationCreated, Target(destination), DestinationFacts.Of(location, keys!, null));
        await SaveAsync(name, cancellationToken);
        return destination;
    }

    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">Somebody else saved it in between, or it is the managed one.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task<StorageDestination> UpdateAsync(
        Guid id,
        uint version,
        S3DestinationInput input,
        bool mustPass,
        Action<DestinationTestProgress>? progress,
        CancellationToken cancellationToken)
    {
        var destination = await FindAsync(id, cancellationToken);
        if (destination.IsManaged)
            throw new ConflictException("Server storage is configured by whoever runs the server and cannot be edited here.");
        db.Entry(destination).Property(d => d.Version).OriginalValue = version;
        var problems = new Dictionary<string, string>();
        var name = input.ReadName(problems);
        var location = input.ReadLocation(problems);
        var stored = DecryptOrNull(destination);
        var keys = input.ReadKeys(stored, location.Endpoint != destination.Endpoint, problems);
        await CheckPlaceAsync(destination, location, problems, cancellationToken);
        if (problems.Count > 0)
            throw new InvalidInputException(problems);

        var record = await new RequiredTest(stores, test, time).RunAsync(location, keys!, mustPass, progress, cancellationToken);
        destination.Rename(name, time.GetUtcNow());
        destination.SetLocation(location, time.GetUtcNow());
        destination.SetKeys(keys!, secrets, time.GetUtcNow());
        destination.RecordTest(record);
        audit.Record(AuditActions.DestinationUpdated, Target(destination), DestinationFacts.Of(location, keys!, stored));
        await SaveAsync(name, cancellationToken);
        return destination;
    }

    /// <summary>Does what a backup does, with the destination as it is, and remembers the result.</summary>
    /// <exception cref="NotFoundException"/>
    public async Task<DestinationTestRecord> TestAsync(
        Guid id, Action<DestinationTestProgress>? progress, CancellationToken cancellationToken)
    {
        var destination = await FindAsync(id, cancellationToken);
        DestinationTestRecord record;
        try
        {
            using var store = stores.OpenForTest(destination);
            var terms = new DestinationTestTerms(destination.AppendOnly, progress);
            record = DestinationTestRecord.From(await test.RunAsync(store, terms, cancellationToken), time.GetUtcNow());
        }
        catch (CryptographicException)
        {
            record = new DestinationTestRecord
            {
                TestedAt = time.GetUtcNow(),
                Code = "decrypt_failed",
                Message = "The stored keys could not be decrypted.",
                Advice = "Edit the destination and enter them again.",
            };
        }

        destination.RecordTest(record);
        audit.Record(AuditActions.DestinationReverified, Target(destination), new { record.Code });
        await SaveAsync(destination.Name, cancellationToken);
        return record;
    }

    // What was never written to may still be put right, wherever it was meant to be.
    private async Task CheckPlaceAsync(
        StorageDestination stored, S3Location entered, Dictionary<string, string> problems, CancellationToken cancellationToken)
    {
        if ((entered.Bucket, entered.Prefix) == (stored.Bucket, stored.Prefix) || !await use.HasBackupsAsync(stored.Id, cancellationToken))
            return;
        if (entered.Bucket != stored.Bucket)
            problems.TryAdd(
                nameof(S3DestinationInput.Bucket),
                "The bucket of a destination does not change, since its backups are there: add another destination.");
        // Objects are found by their key below the prefix: under another one they would neither be downloaded nor deleted.
        if (entered.Prefix != stored.Prefix)
            problems.TryAdd(
                nameof(S3DestinationInput.Prefix),
                "The prefix of a destination does not change, since its backups are there: add another destination.");
    }

    private S3Keys? DecryptOrNull(StorageDestination destination)
    {
        try
        {
            return destination.DecryptKeys(secrets);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private async Task<StorageDestination> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Set<StorageDestination>().SingleOrDefaultAsync(d => d.Id == id, cancellationToken)
        ?? throw new NotFoundException("storage destination");

    private Task SaveAsync(string name, CancellationToken cancellationToken) => db.SaveNamedAsync("destination", name, cancellationToken);

    private static AuditTarget Target(StorageDestination destination) => new("storage_destination", destination.Id, destination.Name);
}
