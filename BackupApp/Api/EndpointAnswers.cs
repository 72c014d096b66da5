using System.Globalization;
using BackupApp.Api.Requests;
using BackupApp.Errors;
using Microsoft.Net.Http.Headers;

namespace BackupApp.Api;

/// <summary>What several endpoints answer with.</summary>
internal static class EndpointAnswers
{
    public const string Root = "/api/v1";

    /// <summary>201, unless the contract says otherwise, with the address of what was made.</summary>
    public static IResult Created<T>(this HttpContext context, string path, T value, int status = StatusCodes.Status201Created)
    {
        context.Response.Headers.Location = context.Request.PathBase + Root + path;
        return TypedResults.Json(value, statusCode: status);
    }

    /// <summary>The row's version as an ETag: sent back as If-Match, it keeps one editor from undoing the other's change.</summary>
    public static void Tag(this HttpContext context, uint version) =>
        context.Response.Headers.ETag = $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>The version that a change is for: the current one, unless If-Match names another.</summary>
    /// <exception cref="PreconditionFailedException">Somebody changed it since.</exception>
    public static uint RequireMatch(this HttpContext context, uint current)
    {
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0)
            return current;
        var tag = $"\"{current.ToString(CultureInfo.InvariantCulture)}\"";
        return EntityTagHeaderValue.TryParseList(header, out var tags) && tags.Any(t => t.Tag == "*" || (t.Tag == tag && !t.IsWeak))
            ? current
            : throw new PreconditionFailedException();
    }

    /// <summary>Runs a feature; what it says of its input is said in the API's words.</summary>
    public static async Task<T> NameAsync<T>(this FieldNames fields, Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (InvalidInputException e)
        {
            throw new InvalidRequestException(fields.Translate(e.Problems));
        }
    }
}

/// <summary>If-Match names a version that is not the current one.</summary>
public sealed class PreconditionFailedException() : Exception("This was changed since you read it. Read it again and repeat your change.");
