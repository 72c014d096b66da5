using System.Buffers.Text;
using System.Text.Json;
using BackupApp.Api.Requests;

namespace BackupApp.Api;

/// <summary>Pages of a list that is read as a whole and never changes: a page goes on after a row's key.</summary>
internal static class KeyedPage
{
    public const string Wrong = "Must be the value of cursors.next from the page before.";

    /// <param name="key">No two rows have the same.</param>
    /// <exception cref="InvalidRequestException">The cursor is none of this list.</exception>
    public static (IReadOnlyList<T> Rows, string? Next) Of<T>(IReadOnlyList<T> all, Func<T, string[]> key, string? cursor, int limit)
    {
        var start = 0;
        if (!string.IsNullOrEmpty(cursor))
        {
            start = all.Index().Where(row => Write(key(row.Item)) == cursor).Select(row => row.Index + 1).FirstOrDefault();
            if (start == 0)
                throw new InvalidRequestException("cursor", Wrong);
        }

        var page = all.Skip(start).Take(limit).ToList();
        return (page, start + page.Count < all.Count ? Write(key(page[^1])) : null);
    }

    private static string Write(string[] key) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(key));
}
