using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

/// <summary>
/// Remembers which requests were done, in the database, so that all processes agree. Each call is a unit of work of its own.
/// </summary>
internal sealed class IdempotencyKeys(IServiceScopeFactory scopes, SecretBox secrets)
{
    /// <summary>Takes the key for this request.</summary>
    /// <returns>Null when the request is to be done now; else what it was answered before.</returns>
    /// <exception cref="ConflictException">The key belongs to another request, or its own is not answered yet.</exception>
    public Task<KeptAnswer?> TakeAsync(string actor, string key, byte[] hash, CancellationToken cancellationToken) =>
        InScopeAsync(async db =>
        {
            await db.Set<IdempotentRequest>()
                .Where(r => r.CreatedAt < DateTimeOffset.UtcNow - IdempotentRequest.Lifetime)
                .ExecuteDeleteAsync(cancellationToken);
            var taken = await db.Database.ExecuteSqlAsync(
                $"""
                insert into idempotent_requests (actor, key, request_hash, created_at)
                values ({actor}, {key}, {hash}, now())
                on conflict do nothing
                """,
                cancellationToken);
            if (taken == 1)
                return null;
            var known = await Rows(db, actor, key).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
            if (known is null)
                throw new ConflictException("The first request with this Idempotency-Key was just given up. Send it again.");
            if (!known.RequestHash.AsSpan().SequenceEqual(hash))
                throw new ConflictException("This Idempotency-Key belongs to another request. Use a new key for each thing to be done.");
            return known is { Status: { } status, AnswerCipher: { } cipher }
                ? new KeptAnswer(status, known.Location, secrets.Unprotect(cipher, Context(actor, key)))
                : throw new ConflictException(
                    "The first request with this Idempotency-Key is not answered yet. "
                    + "Try again in a moment; should this go on, its process died: look whether it was done, and use a new key.");
        });

    public Task AnswerAsync(string actor, string key, KeptAnswer answer) => InScopeAsync(db =>
    {
        var cipher = secrets.Protect(answer.Json, Context(actor, key));
        return Rows(db, actor, key)
            .ExecuteUpdateAsync(set =>
                set.SetProperty(r => r.Status, answer.Status)
                    .SetProperty(r => r.Location, answer.Location)
                    .SetProperty(r => r.AnswerCipher, cipher));
    });

    /// <summary>The request was refused: it may be corrected and sent again with the same key.</summary>
    public Task ReleaseAsync(string actor, string key) =>
        InScopeAsync(db => Rows(db, actor, key).Where(r => r.Status == null).ExecuteDeleteAsync());

    private static IQueryable<IdempotentRequest> Rows(AppDbContext db, string actor, string key) =>
        db.Set<IdempotentRequest>().Where(r => r.Actor == actor && r.Key == key);

    private static string Context(string actor, string key) => $"idempotent_request/{actor}/{key}";

    private async Task<T> InScopeAsync<T>(Func<AppDbContext, Task<T>> act)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<AppDbContext>());
    }
}

/// <param name="Json">The body as it was sent.</param>
internal sealed record KeptAnswer(int Status, string? Location, byte[] Json);
