namespace BackupApp.Api.Requests;

/// <summary>A request is wrong; the fields are named as the caller wrote them.</summary>
public sealed class InvalidRequestException(IReadOnlyDictionary<string, string> problems) : Exception("The request is not valid.")
{
    public InvalidRequestException(string field, string problem)
        : this(new Dictionary<string, string> { [field] = problem })
    {
    }

    public IReadOnlyDictionary<string, string> Problems { get; } = problems;
}
