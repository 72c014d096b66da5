using BackupApp.Data;
using BackupApp.Destinations;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Api;

internal sealed class DestinationsQuery
{
    /// <summary>A part of name, bucket or endpoint.</summary>
    public string? Search { get; init; }

    public Ownership? Ownership { get; init; }

    public bool? UnverifiedOnly { get; init; }

    /// <summary>Those of the destinations that are asked for, as far as the database can tell.</summary>
    public IQueryable<StorageDestination> Filter(IQueryable<StorageDestination> destinations)
    {
        if (Ownership is Api.Ownership.Managed or Api.Ownership.Byo)
            destinations = destinations.Where(d => d.IsManaged == (Ownership == Api.Ownership.Managed));
        if (Search is not { } text)
            return destinations;
        var pattern = LikePattern.Containing(text);
        return destinations.Where(d =>
            EF.Functions.ILike(d.Name, pattern, LikePattern.EscapeCharacter)
            || EF.Functions.ILike(d.Bucket!, pattern, LikePattern.EscapeCharacter)
            || EF.Functions.ILike(d.Endpoint!, pattern, LikePattern.EscapeCharacter));
    }
}
