using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace BackupApp.Errors;

/// <summary>Turns what the database refuses into what a feature says of it.</summary>
internal static class SavedChanges
{
    /// <param name="thing">What is being saved, as in "Somebody else changed this policy".</param>
    /// <param name="taken">For a value that another row has already.</param>
    /// <param name="broken">For a row that others still, or no longer, refer to; null where that cannot be.</param>
    /// <exception cref="ConflictException">Somebody else saved it in between.</exception>
    public static async Task SaveAsync(
        this DbContext db,
        string thing,
        Func<Exception, Exception> taken,
        CancellationToken cancellationToken,
        Func<Exception, Exception>? broken = null)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException e)
        {
            throw Changed(thing, e);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw taken(e);
        }
        catch (DbUpdateException e)
            when (broken is not null
                && e.InnerException
                    is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation })
        {
            throw broken(e);
        }
    }

    /// <summary>The same for what has nothing that could be taken, but by somebody who made it at the same moment.</summary>
    /// <exception cref="ConflictException">Somebody else saved it in between.</exception>
    public static Task SaveAsync(this DbContext db, string thing, CancellationToken cancellationToken) =>
        db.SaveAsync(thing, e => Changed(thing, e), cancellationToken);

    /// <summary>The same for what has a name of its own.</summary>
    /// <exception cref="InvalidInputException">The name is taken.</exception>
    /// <exception cref="ConflictException">Somebody else saved it in between.</exception>
    public static Task SaveNamedAsync(
        this DbContext db,
        string thing,
        string name,
        CancellationToken cancellationToken,
        Func<Exception, Exception>? broken = null) =>
        db.SaveAsync(
            thing,
            _ => new InvalidInputException("Name", $"There is a {thing} named '{name}' already."),
            cancellationToken,
            broken);

    private static ConflictException Changed(string thing, Exception e) =>
        new($"Somebody else changed this {thing} in the meantime. Load it again and repeat your change.", e);
}
