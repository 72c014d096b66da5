using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.FirstRun;

/// <summary>The master key for whoever is to keep a copy of it, and the proof that somebody has one.</summary>
public sealed class MasterKeyCopy(
    AppDbContext db, IConfiguration configuration, DataDirectory data, AuditLog audit, CurrentActor actor, TimeProvider time)
{
    private static readonly AuditTarget Target = new("key", null, "Master key");

    /// <summary>The key as it is configured. The audit log has it first that somebody saw it.</summary>
    /// <exception cref="MasterKeyException">It is not where it was, or not the one that the key ring was closed with.</exception>
    public async Task<ShownKey> ShowAsync(CancellationToken cancellationToken)
    {
        var key = await LoadAsync(cancellationToken);
        audit.Record(AuditActions.KeyExported, Target);
        await db.SaveChangesAsync(cancellationToken);
        return new ShownKey(key.Reveal(), key.Origin);
    }

    /// <param name="lastCharacters">Of the copy: the last 6.</param>
    /// <exception cref="InvalidInputException">They are others.</exception>
    /// <exception cref="MasterKeyException"/>
    public async Task ConfirmAsync(string? lastCharacters, CancellationToken cancellationToken)
    {
        var key = await LoadAsync(cancellationToken);
        if (!key.EndsWith(lastCharacters))
            throw new InvalidInputException(
                "LastCharacters", "These are not its last 6 characters: look at your copy, capitals count. Make a new copy if it is lost.");
        await ChecklistMark.SetAsync(
            db, ChecklistItem.MasterKeyCopy, null, actor.Value.Name, time.GetUtcNow(), cancellationToken);
        audit.Record(AuditActions.KeyCopyConfirmed, Target);
        await db.SaveAsync("item", cancellationToken);
    }

    // A copy of a key that opens nothing would be worse than none.
    private async Task<MasterKey> LoadAsync(CancellationToken cancellationToken)
    {
        var isEmbedded = string.IsNullOrEmpty(configuration.GetConnectionString("BackupApp"));
        var key = MasterKey.Load(configuration, data, isEmbedded);
        await SecretBox.CheckAsync(db, key, cancellationToken);
        return key;
    }
}

/// <param name="Origin">Where it was found.</param>
public sealed record ShownKey(string Text, string Origin)
{
    // A record prints all its members; this one must never print its secret.
    public override string ToString() => $"master key from {Origin}";
}
