using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Ui.Lists;

/// <summary>One field of a file of comma-separated values (RFC 4180), safe to be opened in a spreadsheet.</summary>
public static class Csv
{
    /// <summary>Most rows of one file; the newest.</summary>
    public const int MostRows = 100_000;

    /// <summary>What a link to a file says of it.</summary>
    public static readonly string Limit =
        string.Create(CultureInfo.InvariantCulture, $"What the list shows, at most the newest {MostRows:N0} rows");

    /// <summary>A number, a time or a word of ours; null is empty.</summary>
    public static string Value(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    /// <summary>ISO 8601 in UTC; null is empty.</summary>
    public static string Time(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) ?? "";

    /// <summary>What somebody may have written. A spreadsheet takes what begins like a formula for one: that gets an apostrophe.</summary>
    public static string Text(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return "";
        // Some programs look beyond what is not shown.
        var begin = value.TrimStart(' ', '\t', '\r', '\n', '\u00a0', '\ufeff');
        var isFormula = value[0] is '\t' or '\r' or '\n'
            || (begin.Length > 0 && begin[0] is '=' or '+' or '-' or '@' or '\uff1d' or '\uff0b' or '\uff0d' or '\uff20');
        return $"\"{(isFormula ? "'" : "")}{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    public static string Line(params IEnumerable<string> fields) => string.Join(',', fields) + "\r\n";
}

/// <summary>Sends a file of comma-separated values while its rows are read: it is never in memory as a whole.</summary>
/// <param name="name">Of the file, without its ending.</param>
/// <param name="head">Names of the columns.</param>
/// <param name="lines">Made by <see cref="Csv.Line"/>.</param>
public sealed class CsvResult(string name, string head, IAsyncEnumerable<string> lines) : ActionResult
{
    public override async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";
        await using var writer = new StreamWriter(response.Body, new UTF8Encoding(false), bufferSize: 16 * 1024, leaveOpen: true);
        await writer.WriteAsync(head + "\r\n");
        await foreach (var line in lines.WithCancellation(context.HttpContext.RequestAborted))
            await writer.WriteAsync(line.AsMemory(), context.HttpContext.RequestAborted);
    }
}
