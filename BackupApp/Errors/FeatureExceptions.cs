namespace BackupApp.Errors;

/// <summary>
/// The input is wrong. Every field's problem is named at once; pages show them beside the fields, the API as <c>INVALID_INPUT</c>.
/// </summary>
/// <param name="problems">Field (as spelled in the input's type) → sentence, without secrets.</param>
public sealed class InvalidInputException(IReadOnlyDictionary<string, string> problems) : Exception("The input is not valid.")
{
    public InvalidInputException(string field, string problem)
        : this(new Dictionary<string, string> { [field] = problem })
    {
    }

    public IReadOnlyDictionary<string, string> Problems { get; } = problems;
}

/// <summary>The thing is not in a state for this, or somebody else changed it first. The message is for people.</summary>
public sealed class ConflictException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>There is no such thing, or not any more.</summary>
public sealed class NotFoundException(string thing) : Exception($"There is no such {thing}.");
