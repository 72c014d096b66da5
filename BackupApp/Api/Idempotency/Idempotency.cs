using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BackupApp.Api.Requests;
using BackupApp.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BackupApp.Api;

/// <summary>
/// Makes a POST safe to repeat: the same request with the same <c>Idempotency-Key</c> is done once and answered the same.
/// A request that has such a key is finished even when its caller hangs up, so that the next attempt finds its answer.
/// </summary>
internal sealed class Idempotency(IdempotencyKeys keys, IHostApplicationLifetime lifetime) : IEndpointFilter
{
    public const string Header = "Idempotency-Key";
    public const string Replayed = "Idempotency-Replayed";

    private const int LongestKey = 200;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (ReadKey(http.Request) is not { } key)
            return await next(context);
        var actor = http.RequestServices.GetRequiredService<CurrentActor>().Value is { Id: { } id } ? id.ToString() : "bootstrap";
        if (await keys.TakeAsync(actor, key, Hash(http), http.RequestAborted) is { } known)
            return Repeat(http, known);

        for (var i = 0; i < context.Arguments.Count; i++)
        {
            if (context.Arguments[i] is CancellationToken)
                context.Arguments[i] = lifetime.ApplicationStopping;
        }

        object? result;
        try
        {
            result = await next(context);
        }
        catch
        {
            await keys.ReleaseAsync(actor, key);
            throw;
        }

        // Anything but an answer with a value is a refusal that the endpoint returned instead of throwing it.
        if (AnswerOf(result, http) is { } answer)
            await keys.AnswerAsync(actor, key, answer);
        else
            await keys.ReleaseAsync(actor, key);
        return result;
    }

    private static KeptAnswer? AnswerOf(object? result, HttpContext http) => result is not IValueHttpResult { Value: { } value }
        ? null
        : new KeptAnswer(
            (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK,
            http.Response.Headers.Location,
            JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), ApiJson.Options));

    private static Utf8ContentHttpResult Repeat(HttpContext http, KeptAnswer known)
    {
        http.Response.Headers[Replayed] = "true";
        if (known.Location is not null)
            http.Response.Headers.Location = known.Location;
        return TypedResults.Text(known.Json, "application/json; charset=utf-8", known.Status);
    }

    private static string? ReadKey(HttpRequest request) => request.Headers[Header] switch
    {
        [] => null,
        [{ Length: > 0 and <= LongestKey } key] when key.All(c => c is > ' ' and <= '~') => key,
        _ => throw new InvalidRequestException(Header, $"Must be one text of 1 to {LongestKey} visible ASCII characters."),
    };

    private static byte[] Hash(HttpContext http)
    {
        var request = http.Request;
        var address = Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n");
        return SHA256.HashData([.. address, .. http.Features.Get<BodyBytes>()?.Value ?? []]);
    }
}

/// <summary>On an endpoint that takes an <c>Idempotency-Key</c>.</summary>
internal sealed class IdempotentMetadata;

internal static class IdempotencyExtensions
{
    /// <summary>The endpoint makes something, and must answer with a JSON body.</summary>
    public static RouteHandlerBuilder Idempotent(this RouteHandlerBuilder route) =>
        route.AddEndpointFilter<Idempotency>().WithMetadata(new IdempotentMetadata(), new ErrorMetadata(StatusCodes.Status409Conflict));
}
