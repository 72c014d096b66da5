using System.Collections;

namespace BackupApp.Backups;

/// <summary>Marks every line that is logged on behalf of a job: without it the lines of two backups at once cannot be told apart.</summary>
internal sealed class JobLogScope(Guid jobId) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string Name = "JobId";

    public int Count => 1;

    public KeyValuePair<string, object?> this[int index] =>
        index == 0 ? new(Name, jobId) : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{Name}:{jobId}";
}
