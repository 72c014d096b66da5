using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Destinations.S3;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Destinations;

/// <summary>Tests and saves destinations in the background, for pages that show how it goes. The API waits instead.</summary>
public sealed partial class DestinationAttempts(
    IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<DestinationAttempts> logger)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <returns>The attempt's id.</returns>
    /// <exception cref="InvalidInputException">What can be said without asking the store.</exception>
    public Task<Guid> CreateAsync(S3DestinationInput input, Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        input.Check(isNew: true);
        return BeginAsync(
            DestinationAttempt.Begin(null, input, null, time.GetUtcNow()),
            actor,
            async (editor, progress, token) =>
            {
                var destination = await editor.CreateAsync(input, mustPass: false, progress, token);
                return Saved(destination, $"{destination.Name} is added and passed its test.");
            },
            cancellationToken);
    }

    /// <returns>The attempt's id.</returns>
    /// <exception cref="InvalidInputException">What can be said without asking the store.</exception>
    public Task<Guid> UpdateAsync(Guid id, uint version, S3DestinationInput input, Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        input.Check(isNew: false);
        return BeginAsync(
            DestinationAttempt.Begin(id, input, version, time.GetUtcNow()),
            actor,
            async (editor, progress, token) =>
            {
                var destination = await editor.UpdateAsync(id, version, input, mustPass: false, progress, token);
                return Saved(destination, "Saved. The destination passed its test.");
            },
            cancellationToken);
    }

    /// <returns>The attempt's id.</returns>
    public Task<Guid> TestAsync(Guid id, Actor actor, CancellationToken cancellationToken) => BeginAsync(
        DestinationAttempt.Begin(id, null, null, time.GetUtcNow()),
        actor,
        async (editor, progress, token) =>
        {
            var test = await editor.TestAsync(id, progress, token);
            return new(test.Ok, $"{test.Message} {(test.Ok ? test.LeftBehind : test.Advice)}".TrimEnd(), id);
        },
        cancellationToken);

    private static AttemptOutcome Saved(StorageDestination destination, string well) =>
        destination.LastTest is { Ok: false } failed
            ? new(false, $"{failed.Message} {failed.Advice} {failed.LeftBehind}".TrimEnd(), destination.Id) { Saved = true }
            : new(true, $"{well} {destination.LastTest?.LeftBehind}".TrimEnd(), destination.Id) { Saved = true };

    private async Task<Guid> BeginAsync(DestinationAttempt attempt, Actor actor, Work work, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var old = time.GetUtcNow() - Kept;
        await db.Set<DestinationAttempt>().Where(a => a.StartedAt < old).ExecuteDeleteAsync(cancellationToken);
        db.Add(attempt);
        await db.SaveChangesAsync(cancellationToken);
        _ = Task.Run(() => RunAsync(attempt.Id, actor, work), CancellationToken.None);
        return attempt.Id;
    }

    private async Task RunAsync(Guid id, Actor actor, Work work)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        DestinationTestProgress? latest = null;
        var written = new AttemptProgress(scopes, time, logger);
        var beats = written.BeatAsync(id, () => Volatile.Read(ref latest), over.Token);
        AttemptOutcome outcome;
        try
        {
            outcome = await WorkAsync(actor, work, progress => Volatile.Write(ref latest, progress));
        }
        finally
        {
            await over.CancelAsync();
            await beats;
        }
        await written.EndAsync(id, outcome);
    }

    private async Task<AttemptOutcome> WorkAsync(Actor actor, Work work, Action<DestinationTestProgress> progress)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentActor>().Value = actor;
        try
        {
            return await work(scope.ServiceProvider.GetRequiredService<DestinationEditor>(), progress, lifetime.ApplicationStopping);
        }
        catch (InvalidInputException e)
        {
            return new(false, null, null, e.Problems);
        }
        catch (Exception e) when (e is ConflictException or NotFoundException)
        {
            return new(false, e.Message, null);
        }
        catch (OperationCanceledException)
        {
            return new(false, "The server was stopped during the test. Try again.", null);
        }
        catch (Exception e)
        {
            // Nobody awaits this but the page, which shall say more than nothing.
            LogFailed(e);
            return new(false, "The test failed inside BackupApp. The server's log says why.", null);
        }
    }

    [LoggerMessage(LogLevel.Error, "The test of a destination failed")]
    private partial void LogFailed(Exception exception);

    private delegate Task<AttemptOutcome> Work(
        DestinationEditor editor, Action<DestinationTestProgress> progress, CancellationToken cancellationToken);
}
