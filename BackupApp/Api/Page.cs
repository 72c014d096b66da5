namespace BackupApp.Api;

/// <summary>One page of a list.</summary>
/// <param name="List">The rows.</param>
/// <param name="Cursors">Where it goes on.</param>
/// <param name="Meta">About the answer itself.</param>
public sealed record Page<T>(IReadOnlyList<T> List, PageCursors Cursors, PageMeta Meta);

internal static class Page
{
    public static Page<T> Of<T>(IReadOnlyList<T> rows, string? next, TimeProvider time) =>
        new(rows, new PageCursors(next), new PageMeta(time.GetUtcNow()));
}

/// <param name="Next">Goes into <c>cursor</c> of the next request; absent on the last page.</param>
public sealed record PageCursors(string? Next);

/// <param name="Timestamp">When the list was read.</param>
public sealed record PageMeta(DateTimeOffset Timestamp);

/// <summary>The one organization of this server: the contract knows many, a self-hosted service is one.</summary>
internal static class Organization
{
    public static readonly Guid Id = new("00000000-0000-7000-8000-0000000000aa");
}
