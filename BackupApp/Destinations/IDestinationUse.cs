namespace BackupApp.Destinations;

/// <summary>What others know of a destination. The room of what is stored answers, which this one cannot ask by itself.</summary>
public interface IDestinationUse
{
    /// <summary>Whether a backup lies there, was to lie there, or is on its way.</summary>
    Task<bool> HasBackupsAsync(Guid destinationId, CancellationToken cancellationToken);
}
